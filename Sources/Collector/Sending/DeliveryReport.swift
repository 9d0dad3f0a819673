/// What a mail server says of a mail of ours (RFC 3464).
package struct DeliveryReport: Hashable, Sendable {
  /// The number of the notice.
  package var number: Int64
  /// When it was queued, in milliseconds: numbers are easily guessed, and anybody can write a mail.
  package var queued: Int64
  /// What became of it: `failed`, `delayed`, `delivered`, `relayed` or `expanded` (section 2.3.3); `nil` where the message
  /// is no such report, but somebody's answer, or a machine's that they are away.
  package var action: String?
  /// Why, in the server's words.
  package var reason: String?

  /// Reads a message; `nil` where it is about no notice.
  package init?(_ message: String) {
    var found: (number: Int64, queued: Int64)?
    for line in message.split(whereSeparator: \.isNewline) {
      let name = line.prefix { $0 != ":" }.lowercased()
      let value = line.dropFirst(name.count + 1).drop { $0 == " " }
      switch name {
      case "message-id", "references", "in-reply-to":
        guard found == nil, let start = value.firstRange(of: "<notice-") else { continue }
        let numbers = value[start.upperBound...].prefix { $0 != "@" }.split(separator: ".").map { Int64($0) }
        guard numbers.count == 2, let number = numbers[0], let queued = numbers[1] else { continue }
        found = (number, queued)
      case "action":
        // A report may be about several recipients; one who has it not is what counts.
        let word = value.prefix { $0.isASCII && $0.isLetter }.lowercased()
        if action != "failed", Self.actions.contains(word) { action = word }
      case "diagnostic-code": reason = String(line)
      case "status": reason = reason ?? String(line)
      default: break
      }
    }
    guard let found else { return nil }
    (number, queued) = found
  }

  private static let actions: Set = ["failed", "delayed", "delivered", "relayed", "expanded"]
}
