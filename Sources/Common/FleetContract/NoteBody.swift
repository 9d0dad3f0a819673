package import Posture

/// A notice of the collector for the household's local page: `…/note/<id>`.
///
/// Its texts are for other readers: a broker that somebody has stolen must not speak on the household's page, so the agent
/// takes the code and what it is about, and says that in its own words.
package struct NoteBody: MessageBody, Hashable {
  package static var kind: String? { "note" }

  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case open
    /// It was looked at again, and all is well.
    case safe
  }

  package struct Notice: Hashable, Sendable, Codable {
    /// Findings that one notice names.
    package static let findingLimit = 64

    package var state: State
    package var findings: [String]
    /// Six to eight digits, the same as on the notice that came by mail.
    package var code: String

    package init(state: State, findings: [String], code: String) {
      self.state = state
      self.findings = findings
      self.code = code
    }
  }

  /// Absent where the message brings something else.
  package var notice: Notice?
  /// From then on it is not shown.
  package var expires: WallTime?

  package init(notice: Notice?, expires: WallTime? = nil) {
    self.notice = notice
    self.expires = expires
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    expires = try container.decodeIfPresent(WallTime.self, forKey: .expires)
    notice = try container.decodeIfPresent(Notice.self, forKey: .notice)
    guard let notice else { return }
    guard (6...8).contains(notice.code.utf8.count),
      notice.code.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw Rejection.field("code is not 6 to 8 digits") }
    guard (1...Notice.findingLimit).contains(notice.findings.count),
      notice.findings.allSatisfy({ (1...64).contains($0.utf8.count) })
    else { throw Rejection.field("findings are too many or too long") }
  }

  private enum CodingKeys: CodingKey { case notice, expires }
}
