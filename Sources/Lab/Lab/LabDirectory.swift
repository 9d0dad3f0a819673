import Foundation

/// The directory of one lab: manifest, lock, and a directory for each persona.
package struct LabDirectory: Hashable, Sendable {
  package let path: String

  var manifest: String { path + "/manifest.json" }
  var lock: String { path + "/lock" }
  var keeperScript: String { path + "/keeper.sh" }
  var keeperLog: String { path + "/keeper.log" }

  func path(of persona: Persona) -> String { "\(path)/personas/\(persona.name)" }
  func log(of persona: Persona) -> String { "\(path)/logs/\(persona.name).log" }

  /// Writes what the persona's programs read, and the script that starts them.
  func write(_ persona: Persona, python: String) throws {
    let directory = path(of: persona)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for (name, text) in persona.files {
      let file = URL(fileURLWithPath: "\(directory)/\(name)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let script = PersonaScript(persona: persona, directory: directory, python: python)
    try Data(script.text.utf8).write(to: URL(fileURLWithPath: directory + "/start.sh"))
  }

  /// Returns the last lines of a persona's log.
  func tail(of persona: Persona, lines: Int = 8) -> String {
    guard let data = FileManager.default.contents(atPath: log(of: persona)) else { return "(no log)" }
    let text = String(decoding: data.suffix(16384), as: UTF8.self)
    let last = text.split(separator: "\n").suffix(lines)
    return last.isEmpty ? "(its log is empty)" : last.joined(separator: "\n")
  }
}

/// The directory that holds the directories of all labs.
package struct LabStore: Hashable, Sendable {
  package let path: String

  /// Uses `path`, or `KADOMORI_LAB_DIR`, or `/run/kadomori-lab`.
  package init(path: String? = nil) {
    self.path = path ?? ProcessInfo.processInfo.environment["KADOMORI_LAB_DIR"] ?? "/run/kadomori-lab"
  }

  package func directory(of id: LabIdentifier) -> LabDirectory { LabDirectory(path: "\(path)/\(id)") }

  /// The identifiers of all labs that left something here, sorted.
  package func identifiers() -> [LabIdentifier] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return entries.compactMap { LabIdentifier($0) }.sorted { $0.description < $1.description }
  }

  /// Makes the directory of a lab whose identifier nobody on this machine uses.
  func makeDirectory() throws -> (LabIdentifier, LabDirectory) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { throw LabError(.failed, "cannot make \(path): \(error.localizedDescription)") }
    for _ in 0..<64 {
      let id = LabIdentifier.random()
      let taken = (try? FileManager.default.contentsOfDirectory(atPath: NetworkNamespace.directory)) ?? []
      if taken.contains(where: { $0.hasPrefix(id.namespacePrefix) }) { continue }
      let directory = directory(of: id)
      if mkdir(directory.path, 0o755) == 0 { return (id, directory) }
      guard errno == EEXIST else {
        throw LabError(.failed, "cannot make \(directory.path): \(errorText(errno))")
      }
    }
    throw LabError(.failed, "no free lab id under \(path); remove old labs with 'kadomori-lab down --all'")
  }
}
