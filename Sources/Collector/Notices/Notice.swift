import Checks
package import Posture

/// What a subscriber is told at once: one device, one thing to do.
package struct Notice: Hashable, Sendable, Encodable {
  package var subject: String
  /// Sentences in their order, one a line.
  package var lines: [String]
  /// The finding it is about.
  package var finding: String

  /// One open finding, as far as a notice needs it.
  package struct Cause: Hashable, Sendable {
    package var finding: Finding
    package var kind: DeviceKind
    /// Whether somebody outside saw it open.
    package var isSeenOutside: Bool

    package init(_ finding: Finding, kind: DeviceKind, isSeenOutside: Bool) {
      self.finding = finding
      self.kind = kind
      self.isSeenOutside = isSeenOutside
    }
  }

  /// Makes the notice for one subscriber; `nil` where nothing is open, or nobody has words for it.
  ///
  /// `causes` are in the order in which they should be done; the first that has words is told, the others counted.
  package init?(
    about causes: [Cause], in language: NoticeLanguage, _ texts: NoticeTexts? = nil
  ) throws(NoticeTemplate.Fault) {
    var told: (cause: Cause, what: String, action: String, risk: String)?
    for cause in causes {
      guard let text = Checks.text(for: cause.finding, language.catalogue) else { continue }
      switch language {
      case .easyJa:
        told = (
          cause, EasyWords.what(isSeenOutside: cause.isSeenOutside), EasyWords.action(cause.finding.remedy),
          EasyWords.risk(isSeenOutside: cause.isSeenOutside)
        )
      case .ja, .en: told = (cause, text.title, text.remedy, text.reason)
      }
      break
    }
    guard let told else { return nil }
    let texts = texts ?? .standard(language)
    var values: [NoticeTemplate.Place: String] = [
      .device: told.cause.kind.word(language), .what: told.what, .action: told.action, .risk: told.risk,
    ]
    if causes.count > 1 { values[.count] = String(causes.count - 1) }
    subject = try texts.subject.filled(values)
    lines = try Self.lines(texts.lines, values)
    finding = told.cause.finding.id
  }

  /// Says that something is closed, and that it was looked at again.
  ///
  /// `clear` is how many devices were looked at, where nothing else is open: then that is said as well.
  package init(
    safe finding: Finding, kind: DeviceKind, checked time: String, clear: Int? = nil,
    in language: NoticeLanguage,
    _ texts: NoticeTexts? = nil
  ) throws(NoticeTemplate.Fault) {
    let texts = texts ?? .standard(language)
    let values: [NoticeTemplate.Place: String] = [.device: kind.word(language), .time: time]
    subject = try texts.safeSubject.filled(values)
    lines = try Self.lines(texts.safe, values)
    if let clear { lines += try Self.lines(texts.allClear, [.count: String(clear), .time: time]) }
    self.finding = finding.id
  }

  private static func lines(
    _ templates: [NoticeTemplate], _ values: [NoticeTemplate.Place: String]
  ) throws(NoticeTemplate.Fault) -> [String] {
    var lines: [String] = []
    for template in templates {
      let line = try template.filled(values)
      if line.contains(where: { !$0.isWhitespace }) { lines.append(line) }
    }
    return lines
  }
}
