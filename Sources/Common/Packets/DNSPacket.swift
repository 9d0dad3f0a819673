/// The names of a DNS or multicast DNS message, bounded in records, names and text (RFC 1035, section 4).
package struct DNSPacket: Hashable, Sendable {
  package struct Question: Hashable, Sendable {
    package var name: String
    /// 1 address, 12 pointer, 28 IPv6 address, 255 anything.
    package var type: Int
  }

  package struct Record: Hashable, Sendable {
    package var name: String
    package var type: Int
    /// The name that a pointer (type 12) or a service (type 33) leads to.
    package var target: String?
  }

  package static let port: UInt16 = 53
  /// Multicast DNS (RFC 6762, section 3).
  package static let multicastPort: UInt16 = 5353
  /// How many questions, and how many records, of one message are read.
  package static let limit = 64
  /// How many pointers one name may follow; each must point before the last.
  package static let pointerLimit = 16

  package var isResponse: Bool
  package var questions: [Question]
  package var records: [Record]

  /// Reads a message as far as it is sound; `nil` without a header.
  package init?(_ bytes: ArraySlice<UInt8>) {
    let message = Array(bytes)
    var reader = ByteReader(message)
    guard reader.skip(2), let flags = reader.big16(), let asked = reader.big16(),
      let answers = reader.big16(), let authorities = reader.big16(), let additions = reader.big16()
    else { return nil }
    isResponse = flags & 0x8000 != 0
    questions = []
    records = []
    var place = 12
    for _ in 0..<asked {
      guard questions.count < Self.limit, let name = Self.name(in: message, at: place) else { return }
      var reader = ByteReader(message[name.next...])
      guard let type = reader.big16(), reader.skip(2) else { return }
      questions.append(Question(name: name.text, type: type))
      place = name.next + 4
    }
    for _ in 0..<min(answers + authorities + additions, Self.limit) {
      guard let name = Self.name(in: message, at: place) else { return }
      var reader = ByteReader(message[name.next...])
      // Class and time to live lie between type and length.
      guard let type = reader.big16(), reader.skip(6), let length = reader.big16(), reader.skip(length) else {
        return
      }
      let data = name.next + 10
      let target: String? =
        switch type {
        case 12: Self.name(in: message, at: data)?.text
        case 33: Self.name(in: message, at: data + 6)?.text
        default: nil
        }
      records.append(Record(name: name.text, type: type, target: target))
      place = data + length
    }
  }

  /// Reads a name, in lower case, and where the bytes after it begin (RFC 1035, section 4.1.4).
  static func name(in bytes: [UInt8], at start: Int) -> (text: String, next: Int)? {
    var text: [UInt8] = []
    var place = start
    var next: Int?
    var pointers = 0
    while place < bytes.count {
      let size = Int(bytes[place])
      switch size {
      case 0: return (String(decoding: text, as: UTF8.self), next ?? place + 1)
      case 1...63:
        guard place + 1 + size <= bytes.count, text.count + size < 255 else { return nil }
        if !text.isEmpty { text.append(0x2e) }
        text += bytes[(place + 1)...(place + size)].map { (0x41...0x5a).contains($0) ? $0 + 32 : $0 }
        place += 1 + size
      case 0xc0...0xff:
        guard place + 1 < bytes.count else { return nil }
        let target = (size & 0x3f) << 8 | Int(bytes[place + 1])
        pointers += 1
        // Backwards only: no pointer can come round to itself.
        guard target < place, pointers <= Self.pointerLimit else { return nil }
        next = next ?? place + 2
        place = target
      default: return nil
      }
    }
    return nil
  }
}
