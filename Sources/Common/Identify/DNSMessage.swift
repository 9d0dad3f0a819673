/// A DNS message as a device sent it, bounded in records, names and text (RFC 1035, section 4).
struct DNSMessage {
  /// A resource record; `data` begins at `offset` of the message.
  struct Record {
    let name: String
    let type: Int
    let offset: Int
    let data: [UInt8]
  }

  /// How many records of one message are read.
  static let recordLimit = 256
  /// How many pointers one name may follow; each must point before the last.
  static let pointerLimit = 16

  let identifier: Int
  let flags: Int
  let records: [Record]
  private let bytes: [UInt8]

  init?(_ bytes: [UInt8]) {
    var cursor = ByteCursor(bytes)
    guard let identifier = cursor.big16(), let flags = cursor.big16(), let questions = cursor.big16(),
      let answers = cursor.big16(), let authorities = cursor.big16(), let additions = cursor.big16(),
      questions <= 64
    else { return nil }
    self.bytes = bytes
    self.identifier = identifier
    self.flags = flags
    var place = 12
    for _ in 0..<questions {
      guard let name = Self.name(in: bytes, at: place), name.next + 4 <= bytes.count else { return nil }
      place = name.next + 4
    }
    var records: [Record] = []
    for _ in 0..<min(answers + authorities + additions, Self.recordLimit) {
      guard let name = Self.name(in: bytes, at: place), name.next <= bytes.count else { break }
      var cursor = ByteCursor(bytes[name.next...])
      // Type, class, time to live, length.
      guard let type = cursor.big16(), cursor.skip(6) != nil, let length = cursor.big16(),
        let data = cursor.take(length)
      else { break }
      records.append(Record(name: name.text, type: type, offset: name.next + 10, data: data))
      place = name.next + 10 + length
    }
    self.records = records
  }

  var isResponse: Bool { flags & 0x8000 != 0 }

  /// The name at `place`, of a record's data for instance.
  func name(at place: Int) -> String? { Self.name(in: bytes, at: place)?.text }

  /// Reads a name and where the bytes after it begin; labels are joined by dots, a dot inside one is
  /// written `\.` (section 4.1.4).
  static func name(in bytes: [UInt8], at start: Int) -> (text: String, next: Int)? {
    var labels: [String] = []
    var place = start
    var next: Int?
    var pointers = 0
    var length = 0
    while place < bytes.count, place >= 0 {
      let size = Int(bytes[place])
      switch size {
      case 0: return (labels.joined(separator: "."), next ?? place + 1)
      case 1...63:
        guard place + 1 + size <= bytes.count else { return nil }
        length += size + 1
        guard length <= 255 else { return nil }
        let label = String(decoding: bytes[(place + 1)...(place + size)], as: UTF8.self)
        labels.append(label.replacing(".", with: "\\."))
        place += 1 + size
      case 0xc0...0xff:
        guard place + 1 < bytes.count else { return nil }
        let target = (size & 0x3f) << 8 | Int(bytes[place + 1])
        pointers += 1
        // Backwards only: no pointer can come round to itself.
        guard target < place, pointers <= pointerLimit else { return nil }
        next = next ?? place + 2
        place = target
      default: return nil
      }
    }
    return nil
  }

  /// The octets of a name written with dots.
  static func encoded(_ name: String) -> [UInt8] {
    name.split(separator: ".").flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) } + [0]
  }
}
