import Posture

extension Handshake {
  /// Offers "no authentication" and "name and password" and reads the choice (RFC 1928, section 3).
  static let socks = Handshake("socks", ports: [1080]) { _ in
    [5, 2, 0, 2]
  } read: { bytes, ended in
    guard bytes.starts(with: [5].prefix(bytes.count)) else { return .no }
    guard bytes.count >= 2 else { return ended ? .no : .more }
    guard bytes.count == 2, [0, 1, 2, 0xff].contains(bytes[1]) else { return .no }
    return .identified(
      Identification(.socks, version: "5", facts: [.anonymous: bytes[1] == 0 ? "open" : "refused"]))
  }

  /// Sends Start-Control-Connection-Request and reads who answers (RFC 2637, sections 2.1 and 2.2).
  static let pptp = Handshake("pptp", ports: [1723]) { _ in
    var bytes: [UInt8] = [0, 156, 0, 1] + pptpCookie + [0, 1, 0, 0, 1, 0, 0, 0]
    bytes += [0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 128)
    return bytes
  } read: { bytes, ended in
    guard bytes.starts(with: ([0, 156, 0, 1] + pptpCookie + [0, 2]).prefix(bytes.count)) else { return .no }
    guard bytes.count >= 156 else { return ended ? .no : .more }
    func text(_ range: Range<Int>) -> String { Text.clean(bytes[range].prefix { $0 != 0 }) }
    return .identified(Identification(.pptp, facts: [.name: text(28..<92), .vendor: text(92..<156)]))
  }

  /// The magic cookie of section 2.1.
  private static let pptpCookie: [UInt8] = [0x1a, 0x2b, 0x3c, 0x4d]

  /// Reads the root of the directory, which servers show before any bind (RFC 4512, section 5.1).
  static let ldap = Handshake("ldap", ports: [389, 636, 3268]) { _ in
    // SearchRequest 1: base object "", never dereference, limits 1 and 3 s, (objectClass=*), four attributes.
    let attributes = ["vendorName", "vendorVersion", "supportedLDAPVersion", "dnsHostName"]
    let body =
      BER.value(0x04, []) + BER.value(0x0a, [0]) + BER.value(0x0a, [0]) + BER.value(0x02, [1])
      + BER.value(0x02, [3]) + BER.value(0x01, [0]) + BER.value(0x87, [UInt8](ascii: "objectClass"))
      + BER.value(0x30, attributes.flatMap { BER.value(0x04, Array($0.utf8)) })
    return BER.value(0x30, BER.value(0x02, [1]) + BER.value(0x63, body))
  } read: { bytes, ended in
    guard bytes.first == 0x30 else { return bytes.isEmpty && !ended ? .more : .no }
    var cursor = ByteCursor(bytes)
    guard let message = BER.read(&cursor) else { return ended ? .no : .more }
    var inside = ByteCursor(message.content)
    guard let identifier = BER.read(&inside), identifier.tag == 0x02, let answer = BER.read(&inside) else {
      return .no
    }
    // 0x64 an entry, 0x65 the end of the search, both for message 1; message 0 is a notice of
    // disconnection (RFC 4511, sections 4.1.1, 4.4.1 and 4.5.2).
    let isOurs = identifier.content == [1] && (answer.tag == 0x64 || answer.tag == 0x65)
    guard isOurs || (identifier.content == [0] && answer.tag == 0x78) else { return .no }
    return .identified(Identification(ldapEntry: answer))
  }
}

extension Identification {
  fileprivate init(ldapEntry answer: BER.Value) {
    self.init(.ldap)
    var cursor = ByteCursor(answer.content)
    guard answer.tag == 0x64, BER.read(&cursor) != nil, let list = BER.read(&cursor) else { return }
    facts[.anonymous] = "open"
    var attributes = ByteCursor(list.content)
    while let attribute = BER.read(&attributes) {
      var parts = ByteCursor(attribute.content)
      guard let name = BER.read(&parts), let set = BER.read(&parts) else { continue }
      var values = ByteCursor(set.content)
      guard let value = BER.read(&values) else { continue }
      switch Text.clean(name.content).lowercased() {
      case "vendorname": product = Text.clean(value.content)
      case "vendorversion": version = Text.clean(value.content)
      case "dnshostname": facts[.name] = Text.clean(value.content)
      default: break
      }
    }
  }
}
