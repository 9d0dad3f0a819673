import Posture

/// Reads what a service says before it is asked.
package enum Greeting {
  typealias Reader = @Sendable (_ bytes: [UInt8], _ ended: Bool) -> Reading

  /// Reads a greeting.
  ///
  /// Where a format alone proves too little, the `port` that its protocol is assigned counts as a part of the
  /// evidence.
  package static func read(_ bytes: [UInt8], port: UInt16? = nil, ended: Bool) -> Reading {
    let assigned = port.flatMap { assignedReaders[$0] }.map { [$0] } ?? []
    var best = Reading.no
    for reader in readers + assigned {
      switch reader(bytes, ended) {
      case .identified(let found): return .identified(found.cleaned)
      case .more: best = .more
      case .no: break
      }
    }
    return best
  }

  /// The question that a greeting calls for, on the same connection.
  ///
  /// `asGuest` allows to try whether a guest is let in.
  static func next(_ bytes: [UInt8], asGuest: Bool) -> Handshake? {
    if let early = afterSSHVersion(bytes) { return .sshOffer(early: early) }
    if starts(bytes, "RFB "), bytes.count == 12 { return .vncSecurity }
    if starts(bytes, "220"), bytes.count > 4 {
      let word = word(bytes)
      if word == nil { return .helpOfFTP }
      if word == .ftp, asGuest { return .guestOfFTP }
    }
    return nil
  }

  private static let readers: [Reader] = [
    ssh, telnet, loginPrompt, numbered, starred, vnc, mpd, mysql, irc, rsync, asteriskManager, chargen,
    daytime,
  ]

  /// Readers for services that send so little that only the assigned port settles it.
  private static let assignedReaders: [UInt16: Reader] = [17: quote, 37: time, 5683: capabilities]

  /// Whether the bytes are `text` so far.
  static func starts(_ bytes: [UInt8], _ text: StaticString) -> Bool {
    !bytes.isEmpty && bytes.starts(with: [UInt8](ascii: text).prefix(bytes.count))
  }

  /// The first line, once it is complete.
  static func line(_ bytes: [UInt8], ended: Bool) -> String? {
    bytes.contains(0x0a) || ended ? Text.line(bytes) : nil
  }
}
