package import Wording

/// What was found, for people: one line for each thing, and under it what to do.
package struct CheckupText: Sendable {
  package let text: String

  package init(_ steps: [CheckupStep], in language: Language) {
    let names = steps.map { $0.step.name[language] }
    let width = names.map(Self.columns).max() ?? 0
    var lines: [String] = []
    for (step, name) in zip(steps, names) {
      let pad = String(repeating: " ", count: width - Self.columns(name) + 2)
      let cause = step.cause.map { $0.meaning[language] }
      let facts = [cause, step.detail.isEmpty ? nil : Self.oneLine(step.detail)].compactMap(\.self)
      lines.append("\(Self.mark(step.outcome, language))  \(name)\(pad)\(facts.joined(separator: ": "))")
      if let cause = step.cause { lines.append("      -> " + cause.action[language]) }
    }
    text = lines.joined(separator: "\n")
  }

  private static func mark(_ outcome: CheckupStep.Outcome, _ language: Language) -> String {
    switch outcome {
    case .ok: "ok  "
    case .warning: language == .ja ? "注意" : "warn"
    case .failed: language == .ja ? "異常" : "FAIL"
    case .notNeeded: "-   "
    }
  }

  /// What a terminal gives a text: two columns for each sign of Chinese or Japanese.
  private static func columns(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2e80 ? 2 : 1) }
  }

  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
  }
}
