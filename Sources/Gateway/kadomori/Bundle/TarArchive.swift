/// Files in one archive, in the format that POSIX calls ustar (POSIX.1-2017, pax, "ustar Interchange Format").
struct TarArchive {
  /// Valid iff it has at most 100 bytes: no name of ours is longer.
  typealias Name = String

  private(set) var bytes: [UInt8] = []
  private static let block = 512

  /// Adds a file that only its owner may read; `time` is in seconds since 1970.
  mutating func add(_ name: Name, _ content: [UInt8], time: Int64) {
    precondition(name.utf8.count <= 100)
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: Array(text.utf8))
    }
    func number(_ value: Int64, digits: Int) -> String {
      let text = String(max(0, value), radix: 8)
      return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    put(name, at: 0)
    put(number(0o600, digits: 7), at: 100)
    put(number(0, digits: 7), at: 108)
    put(number(0, digits: 7), at: 116)
    put(number(Int64(content.count), digits: 11), at: 124)
    put(number(time, digits: 11), at: 136)
    // The sum is made with blanks in its own place.
    put("        0", at: 148)
    put("ustar\u{0}00", at: 257)
    let sum = header.reduce(0) { $0 + Int64($1) }
    put(number(sum, digits: 6) + "\u{0} ", at: 148)
    bytes += header + content
    bytes += [UInt8](repeating: 0, count: (Self.block - content.count % Self.block) % Self.block)
  }

  /// The archive with the two empty blocks that end it.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.block) }
}
