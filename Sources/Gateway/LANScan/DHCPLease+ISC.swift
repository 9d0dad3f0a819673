import Addresses
import Posture

extension DHCPLease {
  /// Reads ISC dhcpd's file of nested statements (dhcpd.leases(5)).
  static func isc(_ bytes: [UInt8], now: WallTime) -> [DHCPLease] {
    var tokens = ISCTokens(bytes[...])
    var table = Table()
    var statement: [[UInt8]] = []
    var entry: ISCEntry?
    var depth = 0
    while let token = tokens.next() {
      switch token {
      case .word(let word): if statement.count < ISCEntry.wordLimit { statement.append(word) }
      case .open:
        if depth == 0, statement.count == 2, statement[0] == Array("lease".utf8) {
          entry = ISCEntry(address: IPv4Address(String(decoding: statement[1], as: UTF8.self)))
        }
        depth += 1
        statement = []
      case .end:
        // What is nested deeper says what to do at some event.
        if depth == 1 { entry?.read(statement) }
        statement = []
      case .close:
        depth = max(0, depth - 1)
        statement = []
        guard depth == 0, let whole = entry else { continue }
        if let lease = whole.lease { table.note(lease, isActive: whole.isActive(now: now)) }
        entry = nil
      }
    }
    return table.leases
  }
}

/// One `lease` declaration.
private struct ISCEntry {
  static let wordLimit = 8

  let address: IPv4Address?
  private var mac: MACAddress?
  private var name: String?
  private var clientID: [UInt8]?
  private var isBound = false
  private var ends: WallTime?

  init(address: IPv4Address?) { self.address = address }

  mutating func read(_ statement: [[UInt8]]) {
    let words = statement.map { String(decoding: $0, as: UTF8.self) }
    switch (words.first, words.count) {
    case ("hardware", 3): mac = MACAddress(words[2])
    case ("uid", 2): clientID = statement[1]
    case ("client-hostname", 2): name = words[1]
    case ("binding", 3): isBound = words[2] == "active"
    // The day of the week, the date and the time in UTC; or `never`, or `epoch` and seconds.
    case ("ends", 4): ends = WallTime(words[2].replacing("/", with: "-") + "T" + words[3] + "Z")
    case ("ends", 3): ends = UInt32(words[2]).map { WallTime(milliseconds: Int64($0) * 1000) }
    default: break
    }
  }

  func isActive(now: WallTime) -> Bool { isBound && ends.map { $0 > now } ?? true }

  var lease: DHCPLease? {
    guard let address, let mac else { return nil }
    return DHCPLease(hardwareAddress: mac, address: address, name: name, clientID: clientID)
  }
}

private enum ISCToken {
  case word([UInt8])
  case open, close, end
}

/// Splits the text into words, quoted strings without their quotes, braces and semicolons.
private struct ISCTokens {
  private static let longest = 1024
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> ISCToken? {
    while let byte = rest.popFirst() {
      switch byte {
      case 0x23: rest = rest.drop { $0 != 0x0a }
      case 0...0x20: continue
      case 0x7b: return .open
      case 0x7d: return .close
      case 0x3b: return .end
      case 0x22: return .word(quoted())
      default:
        let word = rest.prefix { $0 > 0x20 && $0 != 0x7b && $0 != 0x7d && $0 != 0x3b && $0 != 0x22 }
        rest = rest[word.endIndex...]
        return .word([byte] + word.prefix(Self.longest))
      }
    }
    return nil
  }

  /// The rest of a string, whose unprintable bytes are written as `\` and three octal digits.
  private mutating func quoted() -> [UInt8] {
    var bytes: [UInt8] = []
    while let byte = rest.popFirst(), byte != 0x22 {
      var value = byte
      if byte == 0x5c {
        let digits = rest.prefix(3).prefix { (0x30...0x37).contains($0) }
        if digits.count == 3 {
          value = digits.reduce(0) { $0 &* 8 &+ ($1 - 0x30) }
          rest = rest.dropFirst(3)
        } else {
          value = rest.popFirst() ?? 0x5c
        }
      }
      if bytes.count < Self.longest { bytes.append(value) }
    }
    return bytes
  }
}
