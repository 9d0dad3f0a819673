import Agent
import Profiles

/// The firmware profiles of this machine; a broken one is told and passed over.
enum ProfileLoading {
  static func load(_ paths: Paths) -> ProfileSet {
    let bundles = ProfileBundles(paths)
    for problem in bundles.problems { Output.say("kadomori: \(problem)") }
    let (profiles, diagnostics) = ProfileSet.load(
      shipped: paths.shippedProfiles, delivered: bundles.files, local: paths.localProfiles)
    for diagnostic in diagnostics { Output.say("kadomori: \(diagnostic)") }
    if profiles.profiles.isEmpty {
      Output.say(
        "kadomori: no firmware profiles in \(paths.shippedProfiles): devices stay without a name; give --profiles"
      )
    }
    return profiles
  }
}
