package import Foundation
package import Letters
import LinuxIO
import Posture

/// Writes letters to print, or what to say on the telephone, into a directory that somebody empties.
package struct PaperChannel: SendingChannel {
  package enum Form: Sendable {
    /// PDF of A4, for an envelope with a window.
    case letter
    /// Text to read out.
    case script
  }

  package var form: Form
  package var directory: String
  /// Who writes; the first line of a letter.
  package var sender: String
  /// Where it is written: of there is a letter's date.
  package var zone: TimeZone

  package init(
    _ form: Form, in directory: String, from sender: String, zone: TimeZone = .current
  ) {
    self.form = form
    self.directory = directory
    self.sender = sender
    self.zone = zone
  }

  package func send(_ notice: OutgoingNotice) -> SendingOutcome {
    switch form {
    case .letter:
      let path = "\(directory)/\(notice.name).pdf"
      do throws(LetterError) {
        let letter = try LetterText.letter(notice, from: sender, in: zone).printed()
        let names = letter.replaced.prefix(8).map(\.name).joined(separator: " ")
        return write(letter.pdf, to: path, but: names.isEmpty ? "" : ", without \(names), which no font has")
      } catch {
        switch error {
        case .noFont, .notDrawn: return .later("\(path): \(error)")
        case .tooLong, .recipientTooLong: return .refused("\(error)")
        }
      }
    case .script:
      let text = LetterText.script(notice, from: sender)
      return write(Array(text.utf8), to: "\(directory)/\(notice.name).txt")
    }
  }

  /// The same name holds the same notice: written again after a fall it is one sheet, not two.
  private func write(_ bytes: [UInt8], to path: String, but words: String = "") -> SendingOutcome {
    do throws(SystemError) {
      try Files.replace(path, with: bytes, mode: 0o640)
      return .sent(path + words)
    } catch {
      return .later("\(error)")
    }
  }
}

/// A notice on paper.
package enum LetterText {
  /// The date is the one of where it is written.
  package static func letter(
    _ notice: OutgoingNotice, from sender: String, in zone: TimeZone
  ) -> Letter {
    let date = Date(timeIntervalSince1970: Double(notice.queued.milliseconds / 1000))
    return Letter(
      in: notice.language == "en" ? .english : .japanese, from: sender,
      on: date.formatted(Date.ISO8601FormatStyle(timeZone: zone).year().month().day()),
      to: notice.recipient, subject: notice.subject, paragraphs: notice.lines, name: notice.name)
  }

  /// What is read out, with what the caller has to keep to.
  package static func script(_ notice: OutgoingNotice, from sender: String) -> String {
    let words =
      notice.language == "en"
      ? (
        "Call", "Say", "This is \(sender).",
        "Ask for nothing: no password, no payment, no click. If they doubt it is us, tell them to call the number on their bill."
      )
      : (
        "電話先", "話すこと", "\(sender)です。", "何も求めないでください（パスワード、支払い、操作など）。疑われたら、請求書の番号へかけ直すよう伝えてください。"
      )
    let lines = ([words.2] + notice.lines).map { "  " + $0 }.joined(separator: "\n")
    return
      "\(words.0): \(notice.recipient)\n\(notice.subject)\n\n\(words.1):\n\(lines)\n\n\(words.3)\n\n\(notice.name)\n"
  }
}
