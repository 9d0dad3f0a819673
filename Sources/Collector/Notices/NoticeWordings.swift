import Checks
import Posture
package import Settings

/// Texts of notices by name, each in some languages: the standard ones, and those of a provider.
///
/// ```yaml
/// short:                             # 'standard' stands for ours
///   en:
///     subject: "Your {{device}} can be reached by strangers"
///     lines: ["Please do this: {{action}}", "{{#count}}There are {{count}} more.{{/count}}"]
///     safe_subject: "…"              # these are the standard ones where they are left out
///     safe: ["…"]
///     all_clear: ["…"]
/// ```
package struct NoticeWordings: Sendable {
  package static let standard = "standard"

  private var sets: [String: [NoticeLanguage: NoticeTexts]] = [:]

  package init() {}

  /// The texts of that name; `nil` where there are none in that language.
  package func texts(_ name: String, in language: NoticeLanguage) -> NoticeTexts? {
    sets[name]?[language] ?? (name == Self.standard ? .standard(language) : nil)
  }

  package func contains(_ name: String) -> Bool { name == Self.standard || sets[name] != nil }

  package static let format = Format<[Named<[NoticeLanguage: NoticeTexts]>]>.map(of: languages, atMost: 50)
    .map { named, field -> NoticeWordings? in
      var wordings = NoticeWordings()
      for set in named {
        guard set.key.count <= 40,
          set.key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        else { return field.fail("'\(set.key)' is no name such as 'short'; use letters, digits and hyphens") }
        wordings.sets[set.key] = set.value
      }
      return wordings
    }

  private static let languages = Format<[NoticeLanguage: NoticeTexts]>.mapping { reader in
    var texts: [NoticeLanguage: NoticeTexts] = [:]
    for language in NoticeLanguage.allCases {
      texts[language] = reader.optional(language.rawValue, one(.standard(language)))
    }
    guard NoticeLanguage.allCases.contains(where: { reader.contains($0.rawValue) }) else {
      return reader.field.fail("has no texts; write them under ja, easy-ja or en")
    }
    return texts
  }

  private static func one(_ standard: NoticeTexts) -> Format<NoticeTexts> {
    .mapping { reader in
      var texts = standard
      let subject = reader.required("subject", template(NoticeTexts.open))
      let lines = reader.required("lines", .list(of: template(NoticeTexts.open), atLeast: 1, atMost: 30))
      texts.safeSubject =
        reader.optional("safe_subject", template(NoticeTexts.closed)) ?? standard.safeSubject
      texts.safe =
        reader.optional("safe", .list(of: template(NoticeTexts.closed), atLeast: 1, atMost: 30))
        ?? standard.safe
      texts.allClear =
        reader.optional("all_clear", .list(of: template(NoticeTexts.clear), atMost: 30)) ?? standard.allClear
      guard let subject, let lines else { return nil }
      (texts.subject, texts.lines) = (subject, lines)
      return texts
    }
  }

  private static func template(_ places: Set<NoticeTemplate.Place>) -> Format<NoticeTemplate> {
    Format<String>.string(atMost: 500).map { text, field in
      guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
        return field.fail("holds a line's end or another control character; write a line each")
      }
      do throws(NoticeTemplate.Fault) {
        return try NoticeTemplate(text, knowing: places)
      } catch {
        return field.fail(error.problem)
      }
    }
  }

  /// What makes the provider's texts hard to read, or easy to mistake for a fraud, with every check and some devices.
  package func faults() throws(NoticeTemplate.Fault) -> [String] {
    var faults: [String] = []
    for (name, languages) in sets.sorted(by: { $0.key < $1.key }) {
      for language in NoticeLanguage.allCases {
        guard let texts = languages[language] else { continue }
        for notice in try Self.samples(texts, language) {
          for fault in Readability.faults(of: notice, in: language) {
            let line = "\(name).\(language.rawValue): \(fault)"
            if !faults.contains(line) { faults.append(line) }
          }
        }
      }
    }
    return faults
  }

  private static func samples(
    _ texts: NoticeTexts, _ language: NoticeLanguage
  ) throws(NoticeTemplate.Fault) -> [Notice] {
    var notices: [Notice] = []
    for check in Checks.all {
      let finding = Finding(
        check: check.id, severity: .high, device: "dev-a", service: nil, remedy: check.remedy.id)
      for kind in [DeviceKind.camera, .recorder] {
        let cause = Notice.Cause(finding, kind: kind, isSeenOutside: kind == .camera)
        if let notice = try Notice(about: [cause, cause], in: language, texts) { notices.append(notice) }
        notices.append(
          try Notice(safe: finding, kind: kind, checked: "14:02", clear: 12, in: language, texts))
      }
    }
    return notices
  }
}
