extension DatagramQuestion {
  /// The root device of UPnP (UPnP Device Architecture 1.1, section 1.3.2); an answer repeats nothing that is ours alone.
  static let ssdp = DatagramQuestion(
    "ssdp", port: 1900, proofBits: 0, largestAnswer: 600, octets: search("239.255.255.250"),
    octets6: search("[FF02::C]")
  ) { answer, _ in
    answer.starts(with: "HTTP/1.1 200".utf8) && answer.holds("upnp:rootdevice".utf8)
  }

  private static func search(_ group: String) -> [UInt8] {
    Array(
      """
      M-SEARCH * HTTP/1.1\r
      HOST: \(group):1900\r
      MAN: "ssdp:discover"\r
      MX: 1\r
      ST: upnp:rootdevice\r
      USER-AGENT: Kadomori/1 UPnP/1.1\r
      \r

      """.utf8)
  }

  /// Any target service of WS-Discovery (version of April 2005, section 5); an answer relates to our message.
  static let wsDiscovery = DatagramQuestion(
    "ws-discovery", port: 3702, proofBits: 64, largestAnswer: 1800, octets: probe,
    marks: CookieMark.digits(in: probe, from: [0, 4])
  ) { answer, asked in
    guard let start = asked.firstIndex(of: Array("urn:uuid:6b61646f".utf8)) else { return false }
    return answer.holds(asked[start..<start + 44]) && answer.holds("ProbeMatch".utf8)
  }

  /// A UUID, whose last sixteen digits are the cookie, names the message.
  private static let probe = Array(
    """
    <?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
    xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
    xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>\
    <a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>\
    <a:MessageID>urn:uuid:6b61646f-6d6f-4269-####-############</a:MessageID>\
    <a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe/></s:Body></s:Envelope>
    """.utf8)

  /// The list of resources (RFC 7252, section 3; RFC 6690, section 4).
  ///
  /// No more is asked for than the first 64 octets of it (RFC 7959, section 2.2). The cookie is the token, and its
  /// beginning the message's number.
  static let coap = DatagramQuestion(
    "coap", port: 5683, proofBits: 64, largestAnswer: 120,
    // Version 1, confirmable, token of eight; GET; Uri-Path twice; Block2: number 0, size 64.
    octets: [0x48, 1] + [UInt8](repeating: 0, count: 10) + [0xbb] + Array(".well-known".utf8) + [4]
      + Array("core".utf8) + [0xc1, 2],
    marks: [.octets(at: 2, count: 2), .octets(at: 4, count: 8)]
  ) { answer, asked in
    guard answer.count >= 4, answer[0] >> 6 == 1 else { return false }
    // An empty reset or acknowledgement repeats the number alone: that is 16 bits, and not enough.
    return answer[0] & 15 == 8 && [2, 4, 5].contains(answer[1] >> 5) && answer.repeats(asked, 4..<12)
  }

  /// A node's devices, version and maker (ECHONET Lite Specification 1.14, part 2, sections 3.2 and 6.11).
  ///
  /// The cookie is the transaction. Nodes answer to port 3610 whatever port asked (section 1.2).
  static let echonetLite = DatagramQuestion(
    "echonet-lite", port: 3610, proofBits: 12, largestAnswer: 64, answerPort: 3610,
    octets: [0x10, 0x81, 0, 0, 0x05, 0xff, 0x01, 0x0e, 0xf0, 0x01, 0x62, 3, 0xd6, 0, 0x82, 0, 0x8a, 0],
    marks: [.octets(at: 2, count: 2)]
  ) { answer, asked in
    // From the node profile to our controller: Get_Res or Get_SNA.
    answer.count >= 12 && answer.repeats(asked, 0..<4) && answer[4..<6].elementsEqual([0x0e, 0xf0])
      && answer.repeats(asked, 4..<7, at: 7) && [0x72, 0x52].contains(answer[10])
  }

  /// Which number a device of BACnet/IP has (ASHRAE 135, section 15.5), by the wildcard that means "yours"; the cookie is
  /// the invocation, which has room for eight bits.
  static let bacnet = DatagramQuestion(
    "bacnet", port: 47808, proofBits: 8, largestAnswer: 32,
    // BVLL, original unicast, 17 octets; NPDU that expects a reply; ReadProperty of device 4194303, object-identifier.
    octets: [0x81, 0x0a, 0, 17, 1, 4, 0x00, 0x05, 0, 0x0c, 0x0c, 0x02, 0x3f, 0xff, 0xff, 0x19, 0x4b],
    marks: [.octets(at: 8, count: 1)]
  ) { answer, asked in
    guard answer.count >= 9, answer[0] == 0x81, answer[1] == 0x0a, answer[4] == 1 else { return false }
    // A source on another network would come first; what has one is not the host that was asked.
    return answer[5] & 0xa8 == 0 && [2, 3, 5, 6, 7].contains(answer[6] >> 4)
      && answer.repeats(asked, 8..<9, at: 7)
  }

  /// What a KNXnet/IP server is (KNX Standard, part 3/8/2, section 7.5.4); an answer repeats nothing.
  ///
  /// Asked with an address of zeros, it answers whoever asked.
  static let knx = DatagramQuestion(
    "knx", port: 3671, proofBits: 0, largestAnswer: 84,
    octets: [0x06, 0x10, 0x02, 0x03, 0, 14, 8, 1, 0, 0, 0, 0, 0, 0]
  ) { answer, _ in
    answer.count >= 14 && answer.starts(with: [0x06, 0x10, 0x02, 0x04])
      && Int(answer[4]) << 8 | Int(answer[5]) == answer.count
  }
}
