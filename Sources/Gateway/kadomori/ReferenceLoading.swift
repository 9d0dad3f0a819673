import Agent
import MUD

/// The fingerprints, the MUD files and the registry of this machine; what cannot be read is told and passed over.
enum ReferenceLoading {
  static func load(_ paths: Paths, fingerprints: String?, mud: String?) -> ReferenceData {
    let reference = ReferenceData(
      fingerprints: fingerprints, mud: MUDLibrary.folders(paths, configured: mud), types: paths.types)
    for problem in reference.problems.prefix(10) { Output.say("kadomori: \(problem)") }
    if reference.problems.count > 10 {
      Output.say("kadomori: fingerprints and MUD files: \(reference.problems.count - 10) more faults")
    }
    return reference
  }
}
