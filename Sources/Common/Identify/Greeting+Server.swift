import Posture

extension Greeting {
  /// `OK MPD 0.23.5`: the protocol of the Music Player Daemon, section "Protocol overview".
  static let mpd: Reader = { bytes, ended in
    guard starts(bytes, "OK MPD ") else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    return .identified(
      Identification(.mpd, product: "MPD", version: String(line.dropFirst(7)), facts: [.banner: line]))
  }

  /// A packet with sequence number 0 that holds protocol version 10 and the server's version, or the
  /// error 0xff with which it turns a host away (MySQL Internals, "Initial Handshake Packet").
  static let mysql: Reader = { bytes, ended in
    guard bytes.count >= 5 else { return .no }
    let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
    guard bytes[3] == 0, (8...1024).contains(length), bytes[4] == 10 || bytes[4] == 0xff else { return .no }
    guard bytes.count >= 4 + length else { return ended ? .no : .more }
    var cursor = ByteCursor(bytes[5..<(4 + length)])
    if bytes[4] == 0xff {
      // ER_HOST_NOT_PRIVILEGED and ER_HOST_IS_BLOCKED, ER_CON_COUNT_ERROR: the codes before any login.
      guard let code = cursor.little16(), [1129, 1130, 1040].contains(code) else { return .no }
      return .identified(
        Identification(.mysql, facts: [.banner: Text.printable(Array(cursor.rest)), .anonymous: "refused"]))
    }
    guard let version = cursor.until(0), !version.isEmpty, version.allSatisfy({ (0x20...0x7e).contains($0) })
    else { return .no }
    let text = Text.clean(version)
    let isMariaDB = text.range(ofFirst: "MariaDB") != nil
    // MariaDB puts 5.5.5 before its version, for replication with old servers.
    let own = isMariaDB && text.hasPrefix("5.5.5-") ? String(text.dropFirst(6)) : text
    return .identified(
      Identification(.mysql, product: isMariaDB ? "MariaDB" : nil, version: own, facts: [.banner: text]))
  }

  /// A `NOTICE` or `ERROR` before registration, or the numeric 451 "not registered" (RFC 2812, section 5.2).
  static let irc: Reader = { bytes, ended in
    guard let first = bytes.first, first == 0x3a || first == 0x4e || first == 0x45 else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    let words = line.split(separator: " ", maxSplits: 4)
    let command = first == 0x3a ? 1 : 0
    guard words.count > command + 1 else { return .no }
    let isIRC =
      switch words[command] {
      case "NOTICE": words[command + 1] == "AUTH" || words[command + 1] == "*"
      case "451", "020": first == 0x3a
      case "ERROR": line.hasPrefix("ERROR :Closing Link")
      default: false
      }
    guard isIRC else { return .no }
    return .identified(Identification(.irc, facts: [.banner: line]))
  }

  /// `@RSYNCD: 31.0` (rsync, "The rsync daemon protocol" in its csprotocol.txt).
  static let rsync: Reader = { bytes, ended in
    guard starts(bytes, "@RSYNCD: ") else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    let version = line.dropFirst(9).prefix { $0 != " " }
    guard version.first?.isNumber == true else { return .no }
    return .identified(Identification(.rsync, version: String(version), facts: [.banner: line]))
  }

  /// `Asterisk Call Manager/5.0.4` (Asterisk documentation, "AMI v2 Specification").
  static let asteriskManager: Reader = { bytes, ended in
    guard starts(bytes, "Asterisk Call Manager/") else { return .no }
    guard let line = line(bytes, ended: ended) else { return .more }
    let version = line.split(separator: "/").last.map(String.init)
    return .identified(
      Identification(.asteriskManager, product: "Asterisk", version: version, facts: [.banner: line]))
  }
}

extension Handshake {
  /// Sends a command before registration, which only says that there was none (RFC 2812, section 3.7.2).
  static let irc = Handshake("irc", ports: [6667, 6697]) { _ in
    [UInt8](ascii: "PING :kadomori\r\n")
  } read: { bytes, ended in
    let reading = Greeting.irc(bytes, ended)
    guard reading == .no else { return reading }
    guard bytes.firstRange(of: [UInt8](ascii: " PONG ")) != nil, bytes.contains(0x0a) else {
      return ended ? .no : .more
    }
    return .identified(Identification(.irc))
  }
}
