import Agent

/// The fingerprints and the registry of this machine; what cannot be read is told and passed over.
enum ReferenceLoading {
  static func load(_ folder: String?, _ paths: Paths) -> ReferenceData {
    let reference = ReferenceData(fingerprints: folder, types: paths.types)
    for problem in reference.problems.prefix(10) { Output.say("kadomori: \(problem)") }
    if reference.problems.count > 10 {
      Output.say("kadomori: fingerprints: \(reference.problems.count - 10) more faults")
    }
    return reference
  }
}
