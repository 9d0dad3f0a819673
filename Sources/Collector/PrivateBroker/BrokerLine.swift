/// A line of mosquitto's log that somebody has to know.
package enum BrokerLine: Hashable, Sendable {
  /// A TLS handshake that failed, in OpenSSL's words.
  case handshake(String)
  /// A client wrote where it has no right to.
  case denied(client: String, topic: String)
  /// The lists and certificates are read again, before the next packet.
  case reloading
  /// An error or a warning of another kind.
  case trouble(String)

  /// Reads a line of mosquitto 2.0; `nil` for what is said of every packet.
  init?(_ line: Substring) {
    // The time stands before the words: "1764201600: ".
    var text = line
    if let colon = text.firstIndex(of: ":"), text[..<colon].allSatisfy(\.isNumber) {
      text = text[text.index(after: colon)...].drop { $0 == " " }
    }
    if text.hasPrefix("Denied PUBLISH from ") {
      guard let denial = Self.denial(text.dropFirst("Denied PUBLISH from ".count)) else { return nil }
      self = denial
    } else if text.hasPrefix("OpenSSL Error[")
      || text.hasPrefix("Client connection from ") && text.contains(" failed: ")
    {
      var words = text.split(separator: ":").last ?? text
      if words.hasSuffix(".") { words = words.dropLast() }
      // A client that is gone without a farewell: nobody was refused.
      if words.hasSuffix("unexpected eof while reading") { return nil }
      self = .handshake(Self.clean(words.drop { $0 == " " }))
    } else if text.hasPrefix("Reloading config") {
      self = .reloading
    } else if text.hasPrefix("Warning: ACL pattern") {
      // What every gateway may read is a pattern of ours without a name in it, and meant so.
      return nil
    } else if text.hasPrefix("Error") || text.hasPrefix("Warning") || text.hasPrefix("Unable") {
      self = .trouble(Self.clean(text))
    } else {
      return nil
    }
  }

  /// Reads `CLIENT (d0, q1, r0, m1, 'TOPIC', ... (3 bytes))`.
  private static func denial(_ text: Substring) -> BrokerLine? {
    guard let end = text.firstIndex(of: " "), let open = text.firstIndex(of: "'"),
      let close = text.lastIndex(of: "'"), end < open, open < close
    else { return nil }
    return .denied(client: clean(text[..<end]), topic: clean(text[text.index(after: open)..<close]))
  }

  /// A stranger's words as one short line without anything that moves a cursor.
  private static func clean(_ text: Substring) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) {
      let isHarmful =
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
          true
        default: false
        }
      result.unicodeScalars.append(isHarmful ? "?" : scalar)
    }
    return result
  }
}
