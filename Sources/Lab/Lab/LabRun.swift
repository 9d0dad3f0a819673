package import Addresses
package import Foundation

/// A lab that stands, or the remains of one.
package struct LabRun: Sendable {
  package let id: LabIdentifier
  package let directory: LabDirectory
  /// What it was built as.
  package let document: LabDocument

  /// Finds the lab with this identifier.
  package init(_ id: LabIdentifier, in store: LabStore = LabStore()) throws {
    let directory = store.directory(of: id)
    guard FileManager.default.fileExists(atPath: directory.path) else {
      throw LabError(.notFound, "no lab \(id) in \(store.path); 'kadomori-lab list' shows those that are")
    }
    self.init(try Manifest(readFrom: directory), directory)
  }

  init(_ manifest: Manifest, _ directory: LabDirectory) {
    id = manifest.document.id
    document = manifest.document
    self.directory = directory
  }

  /// Finds the only lab that stands.
  package static func only(in store: LabStore = LabStore()) throws -> LabRun {
    let labs = standing(in: store)
    if labs.isEmpty { throw LabError(.notFound, "no lab stands; build one with 'kadomori-lab up home'") }
    guard labs.count == 1 else {
      let names = labs.map(\.id.description).joined(separator: ", ")
      throw LabError(.usage, "\(labs.count) labs stand (\(names)): say which with --lab")
    }
    return labs[0]
  }

  /// All labs that have a manifest, whatever state they are in.
  package static func standing(in store: LabStore = LabStore()) -> [LabRun] {
    store.identifiers().compactMap { try? LabRun($0, in: store) }
  }

  /// Whether the lab can be used.
  package enum Condition: String, Sendable, Codable {
    case building, standing, removing
    /// Its builder, its keeper or the whole machine stopped; only `down` is left to do.
    case broken
  }

  package var condition: Condition {
    guard let manifest = try? Manifest(readFrom: directory) else { return .broken }
    switch manifest.state {
    case .building: return manifest.living(manifest.builder) != nil ? .building : .broken
    case .standing: return manifest.living(manifest.keeper) != nil ? .standing : .broken
    case .removing: return .removing
    }
  }

  /// The namespace of `gw`, `sw`, `internet` or a persona.
  package func namespace(of member: String) throws -> String {
    switch member {
    case "gw", "gateway": return document.namespaces.gateway
    case "sw", "switch": return document.namespaces.switch
    case "internet": return document.namespaces.internet
    default:
      guard let device = persona(member) else {
        let names = (["gw", "internet"] + document.personas.map(\.name)).joined(separator: " ")
        throw LabError(.notFound, "lab \(id) has no '\(member)'; it has \(names)")
      }
      return device.namespace
    }
  }

  /// Every byte that a port of a persona received, for the ports that record.
  package func recording(of persona: String, _ port: Addresses.Port) throws -> Data {
    guard let recording = self.persona(persona)?.recordings.first(where: { $0.port == port }),
      let data = FileManager.default.contents(atPath: recording.file)
    else { throw LabError(.notFound, "\(persona) of lab \(id) records nothing on \(port)") }
    return data
  }

  /// The persona with this name; also the internet host.
  package func persona(_ name: String) -> LabDocument.Device? {
    name == document.internet.name ? document.internet : document.personas.first { $0.name == name }
  }
}
