import Foundation

/// What a lab has made or is about to make, written before each thing is made.
///
/// `down` believes nothing else: what is not in here is not removed.
package struct Manifest: Hashable, Sendable, Codable {
  package enum State: String, Sendable, Codable {
    case building, standing, removing
  }

  package var version = 1
  package var state = State.building
  /// The boot in which the processes below were started.
  package var boot: String
  /// The process that builds or built the lab.
  var builder: ProcessIdentity?
  /// The first process of the lab's own PID namespace as seen from outside; all personas die with it.
  var keeper: ProcessIdentity?
  /// Every network namespace, by name.
  package var namespaces: [String]
  package var document: LabDocument

  init(document: LabDocument) {
    boot = ProcessIdentity.boot
    builder = ProcessIdentity(getpid())
    namespaces = document.allNamespaces
    self.document = document
  }

  /// Returns the process if it still runs, in the boot in which it was started.
  func living(_ process: ProcessIdentity?) -> ProcessIdentity? {
    guard let process, boot == ProcessIdentity.boot, process.isAlive else { return nil }
    return process
  }

  /// Reads the manifest of a lab.
  package init(readFrom directory: LabDirectory) throws {
    guard let data = FileManager.default.contents(atPath: directory.manifest) else {
      throw LabError(.notFound, "no manifest in \(directory.path)")
    }
    do { self = try JSONDecoder().decode(Manifest.self, from: data) } catch {
      throw LabError(.failed, "cannot read \(directory.manifest): \(error)")
    }
    guard namespaces.allSatisfy({ $0.hasPrefix(document.id.namespacePrefix) && !$0.contains("/") }) else {
      throw LabError(.failed, "\(directory.manifest) names namespaces of another lab")
    }
  }

  /// Replaces the manifest of a lab in one step.
  package func write(to directory: LabDirectory) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: URL(fileURLWithPath: directory.manifest), options: .atomic)
  }
}
