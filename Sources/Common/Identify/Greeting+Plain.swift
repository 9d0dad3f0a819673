import Posture

extension Greeting {
  /// Lines of 72 characters, each beginning one further in the printable ASCII (RFC 864).
  static let chargen: Reader = { bytes, ended in
    let line = bytes.prefix { $0 != 0x0d && $0 != 0x0a }
    guard line.count <= 96, line.allSatisfy({ (0x20...0x7f).contains($0) }) else {
      return .no
    }
    // The wrap may come after 0x7d (as xinetd does), 0x7e or 0x7f, to 0x20 or 0x21: servers count differently.
    let rotates = zip(line, line.dropFirst()).allSatisfy { $1 == $0 + 1 || ($0 >= 0x7d && $1 <= 0x21) }
    guard rotates else { return .no }
    guard line.count >= 64 else { return ended || line.count < 8 || line.count < bytes.count ? .no : .more }
    // Which character it begins with changes from question to question, and says nothing.
    return .identified(Identification(.chargen))
  }

  /// One line with a date and a time of day, and then the end (RFC 867).
  static let daytime: Reader = { bytes, ended in
    guard (16...80).contains(bytes.count),
      bytes.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a })
    else { return .no }
    let line = Text.line(bytes)
    guard bytes.filter({ $0 == 0x0a }).count <= 1, line.utf8.count + 2 >= bytes.count else { return .no }
    let words = line.split { " ,-/".contains($0) }
    let hasClock = words.contains { word in
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count == 3 && parts.allSatisfy { $0.count == 2 && $0.allSatisfy(\.isNumber) }
    }
    let hasYear = words.contains { Int($0).map { (1970...2199).contains($0) } ?? false }
    let hasMonth = words.contains { months.contains($0.prefix(3).uppercased()) && $0.allSatisfy(\.isLetter) }
    guard hasClock, hasYear, hasMonth else { return .no }
    return ended ? .identified(Identification(.daytime, facts: [.banner: line])) : .more
  }

  private static let months: Set<String> = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  /// Seconds since 1900, of a clock between 1970 and 2036 (RFC 868); read on port 37 only.
  static let time: Reader = { bytes, ended in
    guard bytes.count <= 4 else { return .no }
    guard bytes.count == 4, ended else { return ended ? .no : .more }
    return bytes[0] >= 0x83 ? .identified(Identification(.time)) : .no
  }

  /// A short text, at most 512 characters, and then the end (RFC 865); read on port 17 only.
  static let quote: Reader = { bytes, ended in
    guard bytes.count <= 512,
      bytes.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }),
      // A date is no quotation, and neither is the head of a message.
      daytime(bytes, true) == .no, HTTPAnswer(bytes, ended: true) == nil
    else { return .no }
    let text = Text.printable(bytes)
    guard ended else { return .more }
    return text.isEmpty ? .no : .identified(Identification(.qotd, facts: [.banner: text]))
  }
}

extension Greeting {
  /// A Capabilities and Settings message, code 7.01, which opens CoAP over TCP (RFC 8323, sections 3.2 and 5.3).
  static let capabilities: Reader = { bytes, ended in
    guard let first = bytes.first, first & 0x0f == 0, first >> 4 < 13 else { return .no }
    guard bytes.count >= 2 else { return ended ? .no : .more }
    guard bytes[1] == 0xe1 else { return .no }
    // The upper half octet counts the options, which follow the code.
    guard bytes.count >= 2 + Int(first >> 4) else { return ended ? .no : .more }
    return .identified(Identification(.coap))
  }
}

extension Handshake {
  /// Sends bytes that a terminal would not return unchanged; who returns them is an echo (RFC 862).
  static let echo = Handshake("echo", ports: [7]) { _ in
    echoToken
  } read: { bytes, ended in
    guard echoToken.starts(with: bytes.prefix(echoToken.count)) else { return .no }
    if bytes.count < echoToken.count { return ended ? .no : .more }
    return bytes == echoToken ? .identified(Identification(.echo)) : .no
  }

  /// Backspace, interrupt, end of file, a bare line feed, a non-ASCII byte: a line discipline changes these.
  static let echoToken: [UInt8] = [0x6b, 0x08, 0x03, 0x04, 0x0a, 0xe9, 0x00, 0x15, 0x6b, 0x64]

  /// Asks who is there (RFC 1288, section 2.3, query {C}).
  static let finger = Handshake("finger", ports: [79]) { _ in
    [0x0d, 0x0a]
  } read: { bytes, ended in
    let text = String(decoding: bytes.prefix(1024), as: UTF8.self)
    guard ended else { return .more }
    func has(_ word: String) -> Bool { text.range(ofFirst: word) != nil }
    let isList = has("login") && (has("tty") || has("idle"))
    guard isList || has("no one logged on") || has("finger:") || has("nobody") else { return .no }
    return .identified(
      Identification(.finger, facts: [.banner: Text.line(bytes.drop { $0 == 0x0d || $0 == 0x0a })]))
  }
}
