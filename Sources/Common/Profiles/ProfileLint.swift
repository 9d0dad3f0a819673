package import Settings

/// Says what is wrong with profiles before anybody runs them.
package enum ProfileLint {
  /// Returns every error and warning, in the order of the files.
  ///
  /// Pass the ids of the catalogue of checks as `checks` to have those of `bad` compared with it.
  package static func lint(_ files: [ProfileFile], checks: Set<String>? = nil) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    var seen: [String: String] = [:]
    for file in files {
      let reading = file.profile()
      diagnostics += reading.diagnostics
      if let profile = reading.value, let checks {
        diagnostics += unknownChecks(of: profile, in: file, known: checks)
      }
      if let other = seen.updateValue(file.path, forKey: file.expectedID) {
        let message = "another file has the same id: \(other); only one of them is used"
        diagnostics.append(
          Diagnostic(severity: .warning, mark: Mark(file: file.path), field: "id", message: message))
      }
    }
    return diagnostics
  }

  /// Reads files and lints them; a file that cannot be read is a diagnostic too.
  package static func lint(paths: [String], checks: Set<String>? = nil) -> [Diagnostic] {
    var files: [ProfileFile] = []
    var unread: [Diagnostic] = []
    for path in paths {
      do throws(SettingsError) {
        files.append(try ProfileFile(path: path, author: .local))
      } catch {
        unread += error.diagnostics
      }
    }
    return unread + lint(files, checks: checks)
  }

  private static func unknownChecks(
    of profile: FirmwareProfile, in file: ProfileFile, known: Set<String>
  ) -> [Diagnostic] {
    guard let items = try? Node(yaml: file.bytes, file: file.path)["bad"]?.items else { return [] }
    return zip(items.indices, items).compactMap { index, item in
      guard let check = item["check"], let name = check.text, !known.contains(name) else { return nil }
      let hint = Suggestion(for: name, among: known.sorted()).sentence
      return Diagnostic(
        mark: check.mark, field: "bad[\(index)].check", message: "'\(name)' is no check; \(hint)")
    }
  }
}
