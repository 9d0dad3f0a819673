package import Posture
package import Wording

/// One thing that can be wrong with a device: how bad it is, how it is said, and how it is seen.
package struct Check: Sendable {
  package let id: String
  /// The severity inside the house; a verdict may be worse, above all when the Internet reaches it.
  package let severity: Severity
  package let title: LocalizedText
  package let reason: LocalizedText
  package let remedy: Remedy
  /// Standards, advisories and studies that say why it matters.
  package let references: [String]
  /// Ids of checks that say less about the same service and give way.
  package let supersedes: Set<String>
  private let judge: @Sendable (Subject) -> [Verdict]

  package init(
    _ id: String, _ severity: Severity, title: LocalizedText, reason: LocalizedText, remedy: Remedy,
    references: [String] = [], supersedes: Set<String> = [],
    judge: @escaping @Sendable (Subject) -> [Verdict]
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.reason = reason
    self.remedy = remedy
    self.references = references
    self.supersedes = supersedes
    self.judge = judge
  }

  /// What is wrong with one device; empty where nothing is, or too little is known.
  package func verdicts(on subject: Subject) -> [Verdict] { judge(subject) }
}
