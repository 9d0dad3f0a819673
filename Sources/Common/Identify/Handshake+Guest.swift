import Posture

extension Handshake {
  /// Asks an FTP server to come in as the guest `anonymous` (RFC 1635), and leaves at once; for LANs whose owner
  /// agreed to be scanned, and for nothing else.
  static let guestOfFTP = Handshake(
    "ftp.guest", next: { $0.starts(with: [0x33, 0x33, 0x31]) ? .guestWord : nil }
  ) { _ in
    [UInt8](ascii: "USER anonymous\r\n")
  } read: { bytes, ended in
    switch FTPReply(bytes, ended: ended) {
    case .more: .more
    case .none: .no
    // 331: the guest's word is asked for.
    case .code(331): .identified(Identification(.ftp))
    case .code(230): .identified(Identification(.ftp, facts: [.anonymous: "open"]))
    case .code: .identified(Identification(.ftp, facts: [.anonymous: "refused"]))
    }
  }

  private static let guestWord = Handshake("ftp.guest-word") { _ in
    [UInt8](ascii: "PASS guest@\r\n")
  } read: { bytes, ended in
    switch FTPReply(bytes, ended: ended) {
    case .more: .more
    case .none: .no
    case .code(let code):
      .identified(Identification(.ftp, facts: [.anonymous: code == 230 ? "open" : "refused"]))
    }
  }
}

/// The code of an FTP reply, once its last line is there (RFC 959, section 4.2).
private enum FTPReply {
  case more, none
  case code(Int)

  init(_ bytes: [UInt8], ended: Bool) {
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast(ended ? 0 : 1)
    for line in lines where line.count >= 3 {
      guard let code = Int(String(decoding: line.prefix(3), as: UTF8.self)) else { continue }
      // A dash says that more lines follow.
      if line.dropFirst(3).first != 0x2d {
        self = .code(code)
        return
      }
    }
    self = ended ? .none : .more
  }
}
