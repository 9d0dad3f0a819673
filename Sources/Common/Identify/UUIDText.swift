/// Finds the UUID in the names that UPnP and WS-Discovery give to devices.
enum UUIDText {
  /// The UUID after `uuid:`, in lower case (RFC 9562, section 4); `nil` where there is none.
  ///
  /// Many devices put other text there; that is no identity.
  static func of(_ text: String) -> String? {
    guard let start = text.range(ofFirst: "uuid:") else { return nil }
    let word = text[start...].prefix(36).lowercased()
    let groups = word.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
    guard groups == [8, 4, 4, 4, 12] else { return nil }
    let digits = word.utf8.filter { $0 != 0x2d }
    guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      // One that nobody has made: all digits alike.
      Set(digits).count > 1
    else { return nil }
    return word
  }
}
