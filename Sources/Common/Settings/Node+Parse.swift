extension Node {
  /// Reads one YAML document; refuses what is over `limits`, anchors, aliases, tags and duplicate keys.
  ///
  /// Diagnostics carry `file` as its name.
  package init(
    yaml bytes: [UInt8], file: String, limits: YAMLLimits = .standard
  ) throws(SettingsError) {
    func refuse(_ message: String, _ mark: Mark? = nil) -> SettingsError {
      SettingsError([Diagnostic(mark: mark ?? Mark(file: file), message: message)])
    }
    guard bytes.count <= limits.bytes else {
      throw refuse("the file has \(bytes.count) bytes; at most \(limits.bytes) are read")
    }
    if let fault = EncodingFault(in: bytes) {
      let mark = Mark(file: file, line: fault.line, column: fault.column)
      throw refuse(fault.message, mark)
    }
    var reader = EventReader(bytes)
    var builder = TreeBuilder(limits: limits)
    var isOpen = true
    while isOpen {
      let step: (event: Event, line: Int, column: Int)
      do throws(SyntaxFault) {
        step = try reader.next()
      } catch {
        let mark = Mark(file: file, line: error.line + 1, column: error.column + 1)
        throw SettingsError(builder.duplicates + [Diagnostic(mark: mark, message: error.advice(for: bytes))])
      }
      do throws(Diagnostic) {
        try builder.take(step.event, at: Mark(file: file, line: step.line + 1, column: step.column + 1))
      } catch {
        throw SettingsError(builder.duplicates + [error])
      }
      if case .streamEnd = step.event { isOpen = false }
    }
    guard let root = builder.root, !root.isNull else {
      throw refuse("the file is empty; write at least one 'key: value'")
    }
    guard builder.duplicates.isEmpty else { throw SettingsError(builder.duplicates) }
    self = root
  }

  package init(yaml text: String, file: String, limits: YAMLLimits = .standard) throws(SettingsError) {
    try self.init(yaml: Array(text.utf8), file: file, limits: limits)
  }
}
