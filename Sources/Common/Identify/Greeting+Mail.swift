import Posture

extension Greeting {
  /// `220 …`, or an error instead of it: FTP (RFC 959) or SMTP (RFC 5321), when a word of their own tells which.
  static let numbered: Reader = { bytes, ended in
    guard ["220", "421", "500", "554"].contains(where: { starts(bytes, $0) }) else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    guard bytes.count >= 4, bytes[3] == 0x20 || bytes[3] == 0x2d, let word = word(bytes) else { return .no }
    var found = Identification(word, facts: [.banner: line])
    (found.product, found.version) = Product.named(serverNames, in: line)
    return .identified(found)
  }

  private static let serverNames = [
    "vsFTPd", "ProFTPD", "Pure-FTPd", "FileZilla Server", "Microsoft FTP Service", "bftpd", "GNU inetutils",
    "Postfix", "Exim", "OpenSMTPD", "Sendmail", "Microsoft ESMTP MAIL Service", "Dovecot", "Courier", "Cyrus",
  ]

  /// The protocol that a greeting names with its own word; `nil` when it names none.
  static func word(_ bytes: [UInt8]) -> ServiceProtocol? {
    let text = String(decoding: bytes.prefix(2048), as: UTF8.self)
    for (words, name): ([String], ServiceProtocol) in [
      (["smtp", "lmtp", "sendmail"], .smtp), (["ftp"], .ftp),
    ] {
      if words.contains(where: { text.range(ofFirst: $0) != nil }) { return name }
    }
    return nil
  }

  /// `+OK` is POP3 (RFC 1939, section 4); `* OK`, `* PREAUTH` and `* BYE` are IMAP (RFC 9051, section 7.1).
  static let starred: Reader = { bytes, ended in
    let isIMAP = starts(bytes, "* OK ") || starts(bytes, "* PREAUTH ") || starts(bytes, "* BYE ")
    guard isIMAP || starts(bytes, "+OK") else { return .no }
    guard bytes.contains(0x0a) || (ended && bytes.count > 3) else { return ended ? .no : .more }
    let line = Text.line(bytes)
    var found = Identification(isIMAP ? .imap : .pop3, facts: [.banner: line])
    (found.product, found.version) = Product.named(serverNames, in: line)
    return .identified(found)
  }
}

extension Handshake {
  /// Asks a service that greeted with a bare `220` for its commands, which needs no login: FTP and SMTP
  /// have `HELP` in common, and no other command of the lists (RFC 959, 4.1.3; RFC 5321, 4.1.1.8).
  static let helpOfFTP = Handshake("ftp.help") { _ in
    [UInt8](ascii: "HELP\r\n")
  } read: { bytes, ended in
    guard let code = bytes.first, (0x32...0x35).contains(code) else {
      return bytes.isEmpty && !ended ? .more : .no
    }
    let text = String(decoding: bytes, as: UTF8.self)
    func has(_ word: String) -> Bool { text.range(ofFirst: word) != nil }
    if has("EHLO") || has("RCPT") || has("STARTTLS") { return .identified(Identification(.smtp)) }
    // 530 is "not logged in"; JPARM is a command of facsimile servers, which borrow the rest from FTP.
    if has("USER"), has("PASS"), !has("JPARM") { return .identified(Identification(.ftp)) }
    return ended ? .no : .more
  }
}
