import Addresses
package import FoundationEssentials
package import Posture

extension Finding {
  /// The finding as JSON with sorted keys, as `encoder` would write it, but sooner.
  package func text(_ encoder: JSONEncoder) throws -> String {
    var writer = PlainWriter()
    writer.begin()
    writer.add("check", check)
    writer.add("device", device)
    writer.begin("evidence")
    writer.add("count", evidence.count.map { String($0) }, isText: false)
    writer.add("profile", evidence.profile)
    writer.add("protocol", evidence.protocol?.rawValue)
    writer.add("tls", evidence.tls.map { $0 ? "true" : "false" }, isText: false)
    writer.end()
    writer.add("id", id)
    writer.add("remedy", remedy)
    writer.add("service", service?.description)
    writer.add("severity", severity.rawValue)
    writer.add("since", since?.description)
    writer.end()
    if let text = writer.text { return text }
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// Writes JSON objects of texts that need no escape.
private struct PlainWriter {
  private var bytes: [UInt8] = []
  private var isPlain = true

  init() { bytes.reserveCapacity(320) }

  /// `nil` where a text would have needed one.
  var text: String? { isPlain ? String(decoding: bytes, as: UTF8.self) : nil }

  mutating func begin(_ name: StaticString? = nil) {
    if let name { write(name) }
    bytes.append(UInt8(ascii: "{"))
  }

  mutating func end() { bytes.append(UInt8(ascii: "}")) }

  private mutating func write(_ name: StaticString) {
    if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func add(_ name: StaticString, _ value: String?, isText: Bool = true) {
    guard let value else { return }
    write(name)
    if isText { bytes.append(UInt8(ascii: "\"")) }
    for byte in value.utf8 {
      if !(0x20...0x7e).contains(byte) || byte == 0x22 || byte == 0x5c { isPlain = false }
      bytes.append(byte)
    }
    if isText { bytes.append(UInt8(ascii: "\"")) }
  }
}
