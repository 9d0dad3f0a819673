import Checks
package import Posture

/// What a subscriber is told at once: one device, one thing to do.
package struct Notice: Hashable, Sendable, Encodable {
  package var subject: String
  /// Sentences in their order, one a line.
  package var lines: [String]
  /// The finding it is about; `nil` for an all-clear.
  package var finding: String?

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
  package init?(about causes: [Cause], in language: NoticeLanguage) throws(NoticeTemplate.Fault) {
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
    let texts = NoticeTexts.of(language)
    let others = causes.count - 1
    let values: [NoticeTemplate.Place: String] = [
      .device: told.cause.kind.word(language), .what: told.what, .action: told.action, .risk: told.risk,
      .count: String(others),
    ]
    subject = try texts.subject.filled(values)
    lines = []
    for line in texts.lines { lines.append(try line.filled(values)) }
    if others > 0 { lines.append(try texts.more.filled(values)) }
    finding = told.cause.finding.id
  }

  /// Says that something is closed, and that it was looked at again.
  package init(
    safe finding: Finding, kind: DeviceKind, checked time: String, in language: NoticeLanguage
  ) throws(NoticeTemplate.Fault) {
    let texts = NoticeTexts.of(language)
    let values: [NoticeTemplate.Place: String] = [.device: kind.word(language), .time: time]
    subject = try texts.safeSubject.filled(values)
    lines = []
    for line in texts.safe { lines.append(try line.filled(values)) }
    self.finding = finding.id
  }

  /// Says that nothing is to be done: most who ask want to hear that.
  package init(
    allClear devices: Int, checked time: String, in language: NoticeLanguage
  ) throws(NoticeTemplate.Fault) {
    let texts = NoticeTexts.of(language)
    let values: [NoticeTemplate.Place: String] = [.count: String(devices), .time: time]
    subject = try texts.allClearSubject.filled(values)
    lines = []
    for line in texts.allClear { lines.append(try line.filled(values)) }
  }
}
