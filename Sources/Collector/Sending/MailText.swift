import Foundation
package import Posture

/// A notice as a mail (RFC 5322), all of it in ASCII.
package enum MailText {
  /// Whether a text can stand as an address in an envelope; what could begin another line or command cannot.
  package static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, text.utf8.count <= 254 else { return false }
    return text.utf8.allSatisfy { byte in
      (0x21...0x7e).contains(byte) && !"<>()[],;:\\\"".utf8.contains(byte)
    }
  }

  package static func message(_ notice: OutgoingNotice, from sender: String, now: WallTime) -> [UInt8] {
    let domain = sender.split(separator: "@").last.map(String.init) ?? "kadomori.invalid"
    let body = Data((notice.lines.joined(separator: "\r\n") + "\r\n").utf8).base64EncodedString()
    let head = """
      From: <\(sender)>\r
      To: <\(notice.recipient)>\r
      Subject: \(encoded(notice.subject))\r
      Date: \(date(now))\r
      Message-ID: <\(notice.name).\(notice.queued.milliseconds)@\(domain)>\r
      Auto-Submitted: auto-generated\r
      MIME-Version: 1.0\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Language: \(notice.language == "en" ? "en" : "ja")\r
      Content-Transfer-Encoding: base64\r
      \r

      """
    return Array((head + wrapped(body)).utf8)
  }

  /// A header's text as encoded words of at most 75 characters, cut between characters (RFC 2047).
  private static func encoded(_ text: String) -> String {
    var words: [String] = []
    var word = ""
    for character in text {
      if (word + String(character)).utf8.count > 45 {
        words.append(word)
        word = ""
      }
      word.append(character)
    }
    if !word.isEmpty { words.append(word) }
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  private static func wrapped(_ text: String) -> String {
    var lines: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(76))
      rest = rest.dropFirst(76)
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  /// In UTC, as RFC 5322, section 3.3, has it.
  private static func date(_ time: WallTime) -> String {
    var seconds = time_t(time.milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
      "\(day), \(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) +0000"
  }
}
