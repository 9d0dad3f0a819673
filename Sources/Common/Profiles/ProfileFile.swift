package import Settings

/// The bytes of one profile and where they came from.
package struct ProfileFile: Hashable, Sendable {
  package var path: String
  package var bytes: [UInt8]
  package var author: FirmwareProfile.Author

  package init(path: String, bytes: [UInt8], author: FirmwareProfile.Author = .shipped) {
    self.path = path
    self.bytes = bytes
    self.author = author
  }

  /// Reads the file at `path`.
  package init(path: String, author: FirmwareProfile.Author = .shipped) throws(SettingsError) {
    self.init(path: path, bytes: try SettingsFile.bytes(of: path), author: author)
  }

  /// The id that the profile must have: the file's name without `.yaml`.
  package var expectedID: String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
  }

  /// Reads the profile; the value is `nil` where an error makes it unusable.
  package func profile() -> DocumentReading<FirmwareProfile> {
    let node: Node
    do throws(SettingsError) {
      node = try Node(yaml: bytes, file: path)
    } catch {
      return DocumentReading(value: nil, diagnostics: error.diagnostics)
    }
    var reading = node.check(FirmwareProfile.format(id: expectedID, author: author))
    if reading.hasErrors { reading.value = nil }
    return reading
  }
}
