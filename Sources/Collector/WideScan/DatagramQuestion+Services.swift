extension DatagramQuestion {
  /// The identifier of an SNMP engine, which every agent of version 3 gives before authentication (RFC 3414, section 4);
  /// the cookie is the message's number (RFC 3412, section 6), of which one bit is set to keep its length.
  static let snmp = DatagramQuestion(
    "snmp", port: 161, proofBits: 30, largestAnswer: 160,
    // Version 3; number, largest message 1472, reportable, user-based security.
    octets: [0x30, 61, 2, 1, 3, 0x30, 16, 2, 4, 0, 0, 0, 0, 2, 2, 0x05, 0xc0, 4, 1, 4, 2, 1, 3]
      // Nobody in particular, at no engine, at no time.
      + [4, 16, 0x30, 14, 4, 0, 2, 1, 0, 2, 1, 0, 4, 0, 4, 0, 4, 0]
      // A get of nothing, with the number once more.
      + [0x30, 20, 4, 0, 4, 0, 0xa0, 14, 2, 4, 0, 0, 0, 0, 2, 1, 0, 2, 1, 0, 0x30, 0],
    marks: [.number(at: 9), .number(at: 51)]
  ) { answer, asked in
    // Lengths may be written with more octets than ours, so that only the order of values is looked at.
    guard answer.first == 0x30, asked.count > 13, let version = answer.firstIndex(of: [2, 1, 3, 0x30]) else {
      return false
    }
    return version < 6 && answer[version...].prefix(16).firstIndex(of: [2, 4] + asked[9..<13]) != nil
  }

  /// What a telephone can do (RFC 3261, section 11); the cookie is the call's name, which an answer repeats.
  static let sip = DatagramQuestion(
    "sip", port: 5060, proofBits: 64, largestAnswer: 1000, octets: options,
    marks: CookieMark.digits(in: options, from: [0, 0, 0])
  ) { answer, asked in
    guard let place = asked.firstIndex(of: Array("Call-ID: ".utf8)) else { return false }
    return answer.starts(with: "SIP/2.0 ".utf8) && answer.holds(asked[place + 9..<place + 25])
  }

  private static let options = Array(
    """
    OPTIONS sip:scan.invalid SIP/2.0\r
    Via: SIP/2.0/UDP scan.invalid;rport;branch=z9hG4bK################\r
    Max-Forwards: 0\r
    From: <sip:scan.invalid>;tag=########\r
    To: <sip:scan.invalid>\r
    Call-ID: ################\r
    CSeq: 1 OPTIONS\r
    Content-Length: 0\r
    \r

    """.utf8)

  /// The version of a memcached (its protocol.txt, "UDP protocol"); the cookie is the request's number.
  static let memcached = DatagramQuestion(
    "memcached", port: 11211, proofBits: 16, largestAnswer: 40,
    octets: [0, 0, 0, 0, 0, 1, 0, 0] + Array("version\r\n".utf8), marks: [.octets(at: 0, count: 2)]
  ) { answer, asked in
    answer.repeats(asked, 0..<2) && answer.dropFirst(8).starts(with: "VERSION ".utf8)
  }

  /// Whether our octets come back (RFC 862).
  static let echo = DatagramQuestion(
    "echo", port: 7, proofBits: 64, largestAnswer: 16,
    octets: Array("kadomori".utf8) + [UInt8](repeating: 0, count: 8), marks: [.octets(at: 8, count: 8)]
  ) {
    $0 == $1
  }

  /// Any datagram brings up to 512 characters (RFC 864); an answer repeats nothing.
  static let chargen = DatagramQuestion(
    "chargen", port: 19, proofBits: 0, largestAnswer: 512, octets: [0x6b]
  ) { answer, _ in
    answer.count >= 16 && answer.prefix(16).allSatisfy { (0x20...0x7e).contains($0) }
  }

  /// Any datagram brings a short text (RFC 865); an answer repeats nothing.
  static let quote = DatagramQuestion("qotd", port: 17, proofBits: 0, largestAnswer: 512, octets: [0x6b]) {
    answer, _ in
    answer.count > 4 && answer.count <= 512
  }
}

extension Collection<UInt8> where Self: RandomAccessCollection, Index == Int {
  /// Where `part` begins first.
  func firstIndex(of part: [UInt8]) -> Int? {
    guard count >= part.count else { return nil }
    return (startIndex...endIndex - part.count).first { self[$0..<$0 + part.count].elementsEqual(part) }
  }
}
