import Posture

/// Reads what a service says before it is asked.
package enum Greeting {
  package static func read(_ bytes: [UInt8], ended: Bool) -> Reading {
    for reader in readers {
      let reading = reader(bytes, ended)
      if reading != .no { return reading }
    }
    return .no
  }

  private static let readers: [@Sendable ([UInt8], Bool) -> Reading] = [
    ssh, telnet, numbered, starred, vnc, mpd,
  ]

  static func starts(_ bytes: [UInt8], _ text: String) -> Bool {
    bytes.starts(with: Array(text.utf8).prefix(bytes.count)) && !bytes.isEmpty
  }

  private static func line(_ bytes: [UInt8], ended: Bool) -> String? {
    bytes.contains(0x0a) || ended ? Text.line(bytes) : nil
  }

  /// `SSH-2.0-softwareversion comments` (RFC 4253, section 4.2).
  private static func ssh(_ bytes: [UInt8], _ ended: Bool) -> Reading {
    guard starts(bytes, "SSH-") else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    let parts = line.split(separator: "-", maxSplits: 2)
    guard parts.count == 3 else { return .no }
    let software = parts[2].prefix { $0 != " " }
    let name = software.split(separator: "_", maxSplits: 1)
    return .identified(
      Identification(
        .ssh, product: name.first.map(String.init), version: name.count == 2 ? String(name[1]) : nil,
        facts: [.banner: line]))
  }

  /// Option negotiation, `IAC DO|DONT|WILL|WONT option` (RFC 854).
  private static func telnet(_ bytes: [UInt8], _ ended: Bool) -> Reading {
    guard bytes.first == 0xff else { return .no }
    guard bytes.count >= 3 else { return ended ? .no : .more }
    guard (0xfb...0xfe).contains(bytes[1]) else { return .no }
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0xff { index += 3 } else { text.append(bytes[index]); index += 1 }
    }
    let prompt = Text.clean(text)
    return .identified(Identification(.telnet, facts: prompt.isEmpty ? [:] : [.banner: prompt]))
  }

  /// `220 …`: FTP (RFC 959) or SMTP (RFC 5321), told apart by their own words.
  private static func numbered(_ bytes: [UInt8], _ ended: Bool) -> Reading {
    guard starts(bytes, "220") || starts(bytes, "421") || starts(bytes, "554") else { return .no }
    guard let line = line(bytes, ended: ended), line.utf8.count >= 3 else { return ended ? .no : .more }
    let facts: [ServiceFact: String] = [.banner: line]
    if line.range(ofFirst: "smtp") != nil || line.range(ofFirst: "mail") != nil {
      return .identified(Identification(.smtp, facts: facts))
    }
    return .identified(Identification(.ftp, facts: facts))
  }

  /// `+OK` is POP3 (RFC 1939), `* OK` or `* PREAUTH` is IMAP (RFC 9051).
  private static func starred(_ bytes: [UInt8], _ ended: Bool) -> Reading {
    let name: ServiceProtocol? =
      starts(bytes, "+OK") ? .pop3 : starts(bytes, "* OK") || starts(bytes, "* PREAUTH") ? .imap : nil
    guard let name else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    return .identified(Identification(name, facts: [.banner: line]))
  }

  /// `RFB 003.008` (RFC 6143, section 7.1.1).
  private static func vnc(_ bytes: [UInt8], _ ended: Bool) -> Reading {
    guard starts(bytes, "RFB ") else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    return .identified(Identification(.vnc, version: String(line.dropFirst(4)), facts: [.banner: line]))
  }

  /// `OK MPD 0.23.5`: the protocol of the Music Player Daemon, section "Protocol overview".
  private static func mpd(_ bytes: [UInt8], _ ended: Bool) -> Reading {
    guard starts(bytes, "OK MPD ") else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    return .identified(
      Identification(.mpd, product: "MPD", version: String(line.dropFirst(7)), facts: [.banner: line]))
  }
}
