import Posture

extension Handshake {
  /// Sends the protocol header and reads Connection.Start, which the server says before anyone logs in
  /// (AMQP 0-9-1, sections 4.2.2 and 4.2.3); or the header that a server of another version prefers.
  static let amqp = Handshake("amqp", ports: [5672, 5671]) { _ in
    [UInt8](ascii: "AMQP") + [0, 0, 9, 1]
  } read: { bytes, ended in
    if Greeting.starts(bytes, "AMQP") {
      guard bytes.count >= 8 else { return ended ? .no : .more }
      return .identified(
        Identification(.amqp, version: bytes[5...7].map { String($0) }.joined(separator: ".")))
    }
    // A method frame on channel 0 with class 10, method 10.
    guard bytes.first == 1 else { return bytes.isEmpty && !ended ? .more : .no }
    guard bytes.count >= 11 else { return ended ? .no : .more }
    guard bytes[1...2] == [0, 0], bytes[7...10] == [0, 10, 0, 10] else { return .no }
    let length = bytes[3...6].reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= min(7 + length, 8192) || ended else { return .more }
    return .identified(
      Identification(.amqp, product: property("product", of: bytes), version: property("version", of: bytes)))
  }

  /// A long string among the server properties: its name, `S`, its length (AMQP 0-9-1, section 4.2.5).
  private static func property(_ name: String, of bytes: [UInt8]) -> String? {
    let key = [UInt8(name.utf8.count)] + Array(name.utf8) + [0x53]
    guard let place = bytes.firstRange(of: key) else { return nil }
    var cursor = ByteCursor(bytes[place.upperBound...])
    guard let length = cursor.big32(), let value = cursor.take(length) else { return nil }
    return Text.shown(Text.clean(value))
  }

  /// Opens a stream, to which a server answers with its own before anyone logs in (RFC 6120, section 4.2).
  static let xmpp = Handshake("xmpp", ports: [5222, 5269]) { host in
    Array(
      """
      <?xml version='1.0'?><stream:stream to='\(host)' version='1.0' xmlns='jabber:client' \
      xmlns:stream='http://etherx.jabber.org/streams'>
      """.utf8)
  } read: { bytes, ended in
    guard bytes.first == 0x3c else { return bytes.isEmpty && !ended ? .more : .no }
    let head = bytes.prefix(1024)
    let isStream = head.firstRange(of: Array("<stream:stream".utf8)) != nil
    guard isStream, head.firstRange(of: Array("http://etherx.jabber.org/streams".utf8)) != nil else {
      return ended ? .no : .more
    }
    return .identified(Identification(.xmpp))
  }
}
