import Settings

/// Tries the profiles of a site with the examples that stand in their files.
package struct ProfileTrial: Sendable {
  /// What became of one example.
  package struct Outcome: Hashable, Sendable {
    /// The profile in whose file it stands.
    package var profile: String
    package var example: ProfileExample
    /// The profile that fits best of all; `nil` where none does.
    package var best: ProfileMatch?
    /// How the profile itself fits; `nil` where it does not.
    package var own: ProfileMatch?

    /// Whether it is as its author says: the best of all, or not fitting at all.
    package var isRight: Bool { example.fits ? best?.profile.id == profile : own == nil }
  }

  package var outcomes: [Outcome]
  /// Profiles of devices whose files show no device that they fit.
  package var untried: [String]

  /// Tries every example in `files` with all of `set`.
  package init(_ files: [ProfileFile], in set: ProfileSet) {
    outcomes = []
    untried = []
    for file in files {
      guard let profile = file.profile().value else { continue }
      let examples = file.examples()
      if profile.role == .device, !examples.contains(where: \.fits) { untried.append(profile.id) }
      for example in examples {
        let matches = set.matches(of: example.device)
        outcomes.append(
          Outcome(
            profile: profile.id, example: example, best: matches.first,
            own: matches.first { $0.profile.id == profile.id }))
      }
    }
  }

  package var wrong: [Outcome] { outcomes.filter { !$0.isRight } }
}
