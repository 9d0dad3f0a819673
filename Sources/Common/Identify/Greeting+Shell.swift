import Posture

extension Greeting {
  /// `SSH-2.0-softwareversion comments`; other lines may precede it (RFC 4253, section 4.2).
  static let ssh: Reader = { bytes, ended in
    let start = bytes.firstRange(of: [UInt8](ascii: "\nSSH-")).map { $0.lowerBound + 1 } ?? 0
    let own = Array(bytes[start...])
    guard starts(own, "SSH-") else { return .no }
    guard own.contains(0x0a) || ended else { return .more }
    let line = Text.line(own)
    let parts = line.split(separator: "-", maxSplits: 2)
    guard parts.count == 3, parts[1].first?.isNumber == true else { return .no }
    let software = parts[2].prefix { $0 != " " }
    let name = software.split(separator: "_", maxSplits: 1)
    return .identified(
      Identification(
        .ssh, product: name.first.map(String.init), version: name.count == 2 ? String(name[1]) : nil,
        facts: [.banner: line]))
  }

  /// What came behind the version line of an SSH 2 server; `nil` where there is no such line.
  static func afterSSHVersion(_ bytes: [UInt8]) -> [UInt8]? {
    let start = bytes.firstRange(of: [UInt8](ascii: "\nSSH-")).map { $0.lowerBound + 1 } ?? 0
    let own = bytes[start...]
    // 1.99 is 2.0 that speaks 1.x as well (RFC 4253, section 5.1).
    guard own.starts(with: [UInt8](ascii: "SSH-2.0-")) || own.starts(with: [UInt8](ascii: "SSH-1.99-")),
      let end = own.firstIndex(of: 0x0a)
    else { return nil }
    return Array(own[(end + 1)...])
  }

  /// Option negotiation, `IAC DO|DONT|WILL|WONT option` (RFC 854).
  static let telnet: Reader = { bytes, ended in
    guard let start = bytes.firstIndex(of: 0xff), bytes[..<start].allSatisfy({ $0 < 0x80 }) else {
      return .no
    }
    guard bytes.count >= start + 3 else { return ended ? .no : .more }
    guard (0xfb...0xfe).contains(bytes[start + 1]) else { return .no }
    // The prompt follows the options, and says more of the device than they do.
    let prompt = Text.printable(withoutCommands(bytes))
    if prompt.isEmpty, !ended { return .more }
    return .identified(Identification(.telnet, facts: [.banner: prompt]))
  }

  /// The text between the commands; `IAC SB … IAC SE` encloses options (RFC 855).
  private static func withoutCommands(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    var cursor = ByteCursor(bytes)
    while let byte = cursor.u8() {
      guard byte == 0xff else {
        text.append(byte)
        continue
      }
      switch cursor.u8() {
      case 0xfb?, 0xfc?, 0xfd?, 0xfe?: _ = cursor.u8()
      case 0xfa?:
        while let inside = cursor.until(0xff), let command = cursor.u8(), command != 0xf0 { _ = inside }
      case 0xff?: text.append(0xff)
      default: break
      }
    }
    return text
  }

  /// A prompt for a name or password in plain text: the terminal of RFC 854 without options.
  static let loginPrompt: Reader = { bytes, ended in
    guard ended, bytes.count <= 2048, bytes.last == 0x20 || bytes.last == 0x3a else { return .no }
    let lines = bytes.split { $0 == 0x0a || $0 == 0x0d }
    guard let last = lines.last.map({ Text.clean($0).lowercased() }),
      let ask = last.split(separator: " ").last
    else { return .no }
    guard ["login:", "username:", "user:", "password:", "name:"].contains(where: { ask.hasSuffix($0) }) else {
      return .no
    }
    let text = Text.printable(bytes)
    return text.isEmpty ? .no : .identified(Identification(.telnet, facts: [.banner: text]))
  }

  /// `RFB 003.008` (RFC 6143, section 7.1.1).
  static let vnc: Reader = { bytes, ended in
    guard starts(bytes, "RFB ") else { return .no }
    guard bytes.count >= 12 else { return ended ? .no : .more }
    guard bytes[7] == 0x2e, bytes[11] == 0x0a else { return .no }
    let line = Text.line(bytes)
    return .identified(Identification(.vnc, version: String(line.dropFirst(4)), facts: [.banner: line]))
  }
}

extension Handshake {
  /// Answers the version with 3.8 and reads which kinds of authentication are offered; chooses none of
  /// them (RFC 6143, sections 7.1.2 and 7.2: 1 is "None").
  static let vncSecurity = Handshake("vnc.security") { _ in
    [UInt8](ascii: "RFB 003.008\n")
  } read: { bytes, ended in
    guard let count = bytes.first else { return ended ? .no : .more }
    guard count > 0, bytes.count > Int(count) else { return ended || count == 0 ? .no : .more }
    let isOpen = bytes[1...Int(count)].contains(1)
    return .identified(Identification(.vnc, facts: [.anonymous: isOpen ? "open" : "refused"]))
  }
}
