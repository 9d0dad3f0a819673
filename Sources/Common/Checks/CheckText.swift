package import Posture
package import Profiles
package import Wording

/// A finding in sentences that a householder understands.
package struct CheckText: Hashable, Sendable {
  /// What is wrong.
  package var title: String
  /// Why it matters.
  package var reason: String
  /// One thing to do.
  package var remedy: String
}

extension Checks {
  /// The words of a check with its usual remedy; `nil` for an id that is not in the catalogue.
  package static func text(for check: String, _ language: Language) -> CheckText? {
    self[check].map {
      CheckText(title: $0.title[language], reason: $0.reason[language], remedy: $0.remedy.text[language])
    }
  }

  /// The words of a finding with the remedy that fits it.
  ///
  /// Where a profile knows more, and `device` and `profiles` are given, its words are the reason.
  package static func text(
    for finding: Finding, about device: Device? = nil, profiles: ProfileSet = ProfileSet(),
    _ language: Language
  ) -> CheckText? {
    guard var text = text(for: finding.check, language) else { return nil }
    if let remedy = Remedy.all.first(where: { $0.id == finding.remedy }) {
      text.remedy = remedy.text[language]
    }
    if let device, let profile = finding.evidence.profile.flatMap({ profiles[$0] }) {
      let known = profile.bad.filter { $0.check == finding.check && $0.when.evidence(in: device) != nil }
      if let first = known.first { text.reason = first.known[language] }
    }
    return text
  }

  /// The words of a remedy; `nil` for an id that is not in the catalogue.
  package static func remedy(_ id: String, _ language: Language) -> String? {
    Remedy.all.first { $0.id == id }?.text[language]
  }
}
