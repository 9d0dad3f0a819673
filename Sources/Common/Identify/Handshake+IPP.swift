import Posture

extension Handshake {
  /// Asks a printer for its description with Get-Printer-Attributes (RFC 8011, section 4.2.5).
  static let ipp = Handshake("ipp", ports: [631]) { host in
    WebRequest.post(
      "/ipp/print", host: "\(host):631", type: "application/ipp",
      body: IPPMessage.getPrinterAttributes(uri: "ipp://\(host)/ipp/print"))
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "HTTP/") else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    if !ended, !answer.isWhole { return .more }
    var found = Identification(http: answer)
    guard found.protocol == .ipp else { return .identified(found) }
    let attributes = IPPMessage.attributes(answer.body)
    found.facts[.product] = attributes["printer-make-and-model"]
    found.facts[.name] = attributes["printer-info"] ?? attributes["printer-name"]
    found.facts[.revision] = attributes["printer-firmware-string-version"]
    return .identified(found)
  }
}

/// Writes and reads the few messages of the Internet Printing Protocol that a description needs.
enum IPPMessage {
  /// Version 1.1, operation 0x000B, request 1, and the operation attributes (RFC 8010, section 3).
  static func getPrinterAttributes(uri: String) -> [UInt8] {
    let wanted = [
      "printer-make-and-model", "printer-info", "printer-name", "printer-firmware-string-version",
    ]
    var bytes: [UInt8] = [1, 1, 0, 0x0b, 0, 0, 0, 1, 1]
    bytes += attribute(0x47, "attributes-charset", "utf-8")
    bytes += attribute(0x48, "attributes-natural-language", "en")
    bytes += attribute(0x45, "printer-uri", uri)
    for (index, name) in wanted.enumerated() {
      bytes += attribute(0x44, index == 0 ? "requested-attributes" : "", name)
    }
    return bytes + [3]
  }

  private static func attribute(_ tag: UInt8, _ name: String, _ value: String) -> [UInt8] {
    [tag] + Array(name.utf8).counted16 + Array(value.utf8).counted16
  }

  /// The attributes with one textual value, at most 64 (RFC 8010, section 3.1.4).
  static func attributes(_ body: [UInt8]) -> [String: String] {
    var cursor = ByteCursor(body)
    var found: [String: String] = [:]
    guard cursor.skip(8) != nil else { return found }
    while found.count < 64, let tag = cursor.u8(), tag != 3 {
      // Tags below 0x10 open a group (section 3.5.1).
      if tag < 0x10 { continue }
      guard let nameLength = cursor.big16(), let name = cursor.take(nameLength), let length = cursor.big16(),
        let value = cursor.take(length)
      else { break }
      // 0x35 is text with its language before it; 0x41 to 0x4f are character strings (section 3.5.2).
      if !name.isEmpty, tag >= 0x41, tag <= 0x4f { found[Text.clean(name)] = Text.shown(Text.clean(value)) }
    }
    return found
  }
}
