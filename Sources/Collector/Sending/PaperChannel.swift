package import Foundation
import LinuxIO
import Posture

/// Writes letters to print, or what to say on the telephone, into a directory that somebody empties.
package struct PaperChannel: SendingChannel {
  package enum Form: Sendable {
    /// HTML that is one sheet of A4 when printed.
    case letter
    /// Text to read out.
    case script
  }

  package var form: Form
  package var directory: String
  /// Who writes; the first line of a letter.
  package var sender: String

  package init(_ form: Form, in directory: String, from sender: String) {
    self.form = form
    self.directory = directory
    self.sender = sender
  }

  package func send(_ notice: OutgoingNotice) -> SendingOutcome {
    let (name, text) =
      switch form {
      case .letter: ("\(notice.name).html", LetterText.html(notice, from: sender))
      case .script: ("\(notice.name).txt", LetterText.script(notice, from: sender))
      }
    let path = directory + "/" + name
    // The same name holds the same notice: written again after a fall it is one sheet, not two.
    do throws(SystemError) {
      try Files.replace(path, with: Array(text.utf8), mode: 0o640)
      return .sent(path)
    } catch {
      return .later("\(error)")
    }
  }
}

/// A notice on paper.
package enum LetterText {
  /// The date is the one of where it is written.
  package static func html(
    _ notice: OutgoingNotice, from sender: String, in zone: TimeZone = .current
  ) -> String {
    let language = notice.language == "en" ? "en" : "ja"
    let date = Date(timeIntervalSince1970: Double(notice.queued.milliseconds / 1000))
    let day = date.formatted(Date.ISO8601FormatStyle(timeZone: zone).year().month().day())
    let lines = notice.lines.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n")
    return """
      <!doctype html>
      <html lang="\(language)">
      <head>
      <meta charset="utf-8">
      <title>\(escaped(notice.subject))</title>
      <style>
      @page { size: A4; margin: 0 }
      body { width: 210mm; height: 296mm; margin: 0; font: 12pt/1.7 "Noto Sans CJK JP", "IPAexGothic", sans-serif; color: #000 }
      address { position: absolute; left: 25mm; top: 45mm; width: 85mm; font-style: normal; white-space: pre-line }
      header { position: absolute; right: 25mm; top: 25mm; text-align: right }
      main { position: absolute; left: 25mm; right: 25mm; top: 100mm }
      h1 { font-size: 16pt; line-height: 1.4; margin: 0 0 8mm }
      p { margin: 0 0 4mm }
      footer { position: absolute; left: 25mm; bottom: 20mm; font-size: 9pt }
      </style>
      </head>
      <body>
      <header>\(escaped(sender))<br>\(day)</header>
      <address>\(escaped(notice.recipient))</address>
      <main>
      <h1>\(escaped(notice.subject))</h1>
      \(lines)
      </main>
      <footer>\(notice.name)</footer>
      </body>
      </html>

      """
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

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
