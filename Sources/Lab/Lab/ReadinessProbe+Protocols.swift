import Addresses

extension ReadinessProbe {
  package static let http = ask("GET / HTTP/1.0\r\n\r\n", answer: "HTTP/1.")
  /// Asks for the description of a stream, which comes once its first picture is there (RFC 2326).
  package static func rtsp(_ path: String) -> Self {
    ask("DESCRIBE rtsp://lab\(path) RTSP/1.0\r\nCSeq: 1\r\n\r\n", answer: "m=video")
  }
  package static let sip = ask(
    """
    OPTIONS sip:ready@lab SIP/2.0\r
    Via: SIP/2.0/UDP 0.0.0.0:5060;branch=z9hG4bKready;rport\r
    From: <sip:ready@lab>;tag=r\r
    To: <sip:ready@lab>\r
    Call-ID: ready\r
    CSeq: 1 OPTIONS\r
    Max-Forwards: 1\r
    Content-Length: 0\r
    \r\n
    """, answer: "SIP/2.0 ")
  package static let ssdp = ask(
    "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n",
    answer: "HTTP/1.1 200"
  ).asked(of: IPv4Address(bits: 0xefff_fffa))

  /// Asks for the root name servers, which every name server answers in some way (RFC 1035).
  package static let dnsUDP = ask(
    [0x4b, 0x44, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1], answer: [0x4b, 0x44])
  package static let dnsTCP = ask(
    [0, 17, 0x4b, 0x44, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1], answer: [0x4b, 0x44])
  /// Asks for `_services._dns-sd._udp.local`, from a port that is not 5353 (RFC 6762, section 6.7).
  package static let mdns = ask(
    [0x4b, 0x44, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + label("_services") + label("_dns-sd") + label("_udp")
      + label("local") + [0, 0, 12, 0, 1], answer: [0x4b, 0x44, 0x84])
  /// NTP version 4, client mode (RFC 5905).
  package static let ntp = ask([0x23] + [UInt8](repeating: 0, count: 47))
  /// Asks for `sysDescr` of the community `public`, SNMP version 1 (RFC 1157).
  package static let snmp = ask(
    [0x30, 0x26, 2, 1, 0, 4, 6] + Array("public".utf8) + [0xa0, 0x19, 2, 1, 1, 2, 1, 0, 2, 1, 0]
      + [0x30, 0x0e, 0x30, 0x0c, 6, 8, 0x2b, 6, 1, 2, 1, 1, 1, 0, 5, 0], answer: [0xa2])
  /// Reads a file that is not there, which is answered with an error (RFC 1350).
  package static let tftp = ask([0, 1] + Array("ready\u{0}octet\u{0}".utf8), answer: [0, 5])
  /// Portmapper version 2, procedure 0, over TCP (RFC 5531).
  package static let rpcbindTCP = ask([0x80, 0, 0, 40] + rpcNull, answer: Array("KDMR".utf8))
  package static let rpcbindUDP = ask(rpcNull, answer: Array("KDMR".utf8))

  /// CoAP GET of `/.well-known/core` (RFC 6690).
  package static let coap = ask(
    [0x40, 1, 0x4b, 0x44, 0xbb] + Array(".well-known".utf8) + [4] + Array("core".utf8))
  /// MQTT 3.1.1 CONNECT without a user; answered with CONNACK.
  package static let mqtt = ask(
    [0x10, 17, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 10, 0, 5] + Array("ready".utf8), answer: [0x20, 2])
  /// Modbus read device identification, basic stream (function 43, MEI type 14).
  package static let modbus = ask([0, 1, 0, 0, 0, 5, 1, 0x2b, 0x0e, 1, 0], answer: [0x2b, 0x0e])
  /// A COTP connection request for rack 0, slot 2; answered with a connection confirm.
  package static let s7 = ask(
    [3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2], answer: [0xd0])
  /// BACnet/IP unicast ReadProperty of the wildcard device's object identifier.
  package static let bacnet = ask(
    [0x81, 0x0a, 0, 17, 1, 4, 0, 5, 1, 0x0c, 0x0c, 2, 0x3f, 0xff, 0xff, 0x19, 75], answer: [0x81])
  /// OPC UA hello; answered with an acknowledge.
  package static let opcUA = ask(
    Array("HELF".utf8) + little(32 + UInt32(opcURL.count)) + little(0) + little(65536) + little(65536)
      + little(0)
      + little(0) + little(UInt32(opcURL.count)) + opcURL, answer: Array("ACKF".utf8))
  /// KNXnet/IP description request whose return address is "where this came from".
  package static let knx = ask([6, 0x10, 2, 3, 0, 14, 8, 1, 0, 0, 0, 0, 0, 0], answer: [6, 0x10, 2, 4])
  /// SMB 2 negotiate with dialect 2.1.
  package static let smb = ask(
    [0, 0, 0, 102] + [0xfe] + Array("SMB".utf8) + [64] + zeros(59) + [36, 0, 1, 0, 1] + zeros(31) + [
      0x10, 2,
    ],
    answer: [0xfe] + Array("SMB".utf8))
  /// Rejects any command before registration with numeric 451 (RFC 2812).
  package static let irc = ask("VERSION\r\n", answer: " 451 ")
  /// WS-Discovery probe for anything (OASIS 2009).
  package static let wsDiscovery = ask(
    """
    <?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" \
    xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
    xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header>\
    <w:MessageID>uuid:00000000-0000-0000-0000-000000000001</w:MessageID>\
    <w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>\
    <w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>\
    <e:Body><d:Probe/></e:Body></e:Envelope>
    """, answer: "ProbeMatch"
  ).asked(of: IPv4Address(bits: 0xefff_fffa))

  private static let opcURL = Array("opc.tcp://lab:4840/".utf8)
  private static let rpcNull: [UInt8] =
    Array("KDMR".utf8) + zeros(4) + [0, 0, 0, 2, 0, 1, 0x86, 0xa0, 0, 0, 0, 2] + zeros(20)

  private static func label(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
  private static func little(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
