import Addresses
import Posture

/// Writes and reads the one SIP exchange of the handshakes: OPTIONS, which sets nothing up (RFC 3261,
/// section 11), and with no hop left for a proxy to pass it on (section 8.1.1.6).
enum SIPOptions {
  static let callIdentifier = "kadomori-check"
  static let branch = "z9hG4bKkadomori"

  static func request(to host: String, via: String, contact: String) -> [UInt8] {
    Array(
      """
      OPTIONS sip:\(host) SIP/2.0\r
      Via: \(via);branch=\(branch);rport\r
      Max-Forwards: 0\r
      From: <sip:check@\(contact)>;tag=kadomori\r
      To: <sip:\(host)>\r
      Call-ID: \(callIdentifier)@\(contact)\r
      CSeq: 1 OPTIONS\r
      Contact: <sip:check@\(contact)>\r
      Accept: application/sdp\r
      User-Agent: Kadomori\r
      Content-Length: 0\r
      \r

      """.utf8)
  }

  /// A response that carries our Call-ID (section 8.2.6.2).
  static func read(_ bytes: [UInt8], ended: Bool) -> Reading {
    guard Greeting.starts(bytes, "SIP/2.0 ") else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    let identifier = answer.field("call-id") ?? answer.field("i") ?? ""
    guard identifier.hasPrefix(callIdentifier) else { return .no }
    var found = Identification(.sip, facts: answer.facts)
    (found.product, found.version) = Product.split(found.facts[.server])
    return .identified(found)
  }
}

extension Handshake {
  static let sip = Handshake("sip", ports: [5060, 5061]) { host in
    SIPOptions.request(to: host, via: "SIP/2.0/TCP kadomori.invalid", contact: "kadomori.invalid")
  } read: {
    SIPOptions.read($0, ended: $1)
  }
}

extension DatagramProbe {
  /// The request URI is our own, since only that address is known here; who is not it still answers.
  static let sip = DatagramProbe("sip", port: 5060) { local in
    let own = "\(local.address.literal):\(local.port)"
    return SIPOptions.request(to: own, via: "SIP/2.0/UDP \(own)", contact: own)
  } read: {
    SIPOptions.read($0, ended: true)
  }
}
