import FleetContract

// The file of an outbox is a log that grows at its end. It begins with the line `kadomori outbox 2`; then
// come frames, all numbers little-endian:
//
//   offset  bytes
//   0       2      0xf5 0xb3, which no UTF-8 text has (RFC 3629, section 1): where damaged bytes end,
//                  the next frame can be found
//   2       4      length of the body
//   6       4      CRC-32 (ISO 3309) of length and body
//   10      ...    body: one byte for what it is, then
//     'R'  a record: number (8), lived in ms (8), time since 1970 in ms or the least number there is (8),
//          worth (1), length of the topic (1), topic, payload
//     'G'  records that are gone, as ranges: first (8), last (8), ...
//     'D'  what was dropped and not told yet, in place of the last such frame: number of counts (1), each
//          length of a word (1), word, count (8); then ranges
//     'N'  next number (8), bound of sessions (8), lived in ms (8), newest posture (8)
//
// Every number below the next one is a record here, stored by the collector, or dropped.

/// One entry of an outbox's log.
enum OutboxFrame: Hashable, Sendable {
  case record(Outbox.Record)
  case gone([ClosedRange<Int64>])
  case dropped([ClosedRange<Int64>], [DroppedEvent.Cause: Int64])
  case numbers(next: Int64, births: Int64, lived: Duration, posture: Int64)

  static let fileHead = Array("kadomori outbox 2\n".utf8)
  static let mark: [UInt8] = [0xf5, 0xb3]
  static let headLength = 10
  /// The least a record can take: so many bytes of damage may have held one more number.
  static let leastRecord = headLength + 27
  /// A body is one message of the contract and a little more, or ranges.
  static let bodyLimit = 16 * 1_048_576

  var bytes: [UInt8] {
    let body = body
    let length = Self.little(UInt32(body.count))
    return Self.mark + length + Self.little(CRC32.of(length + body)) + body
  }

  private var body: [UInt8] {
    switch self {
    case .record(let record):
      let wall = record.made.wall.map(Self.milliseconds) ?? .min
      let topic = Array(record.topic.utf8.prefix(255))
      return [UInt8(ascii: "R")] + Self.little(record.sequence)
        + Self.little(Self.milliseconds(record.made.lived)) + Self.little(wall)
        + [record.worth.rawValue, UInt8(topic.count)] + topic + record.payload
    case .gone(let ranges): return [UInt8(ascii: "G")] + Self.bytes(ranges)
    case .dropped(let ranges, let counts):
      var bytes = [UInt8(ascii: "D"), UInt8(counts.count)]
      for (cause, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        bytes += [UInt8(cause.rawValue.utf8.count)] + Array(cause.rawValue.utf8) + Self.little(count)
      }
      return bytes + Self.bytes(ranges)
    case .numbers(let next, let births, let lived, let posture):
      return [UInt8(ascii: "N")]
        + [next, births, Self.milliseconds(lived), posture].flatMap { Self.little($0) }
    }
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func bytes(_ ranges: [ClosedRange<Int64>]) -> [UInt8] {
    ranges.flatMap { little($0.lowerBound) + little($0.upperBound) }
  }

  private static func milliseconds(_ time: Duration) -> Int64 {
    time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
  }
}

/// CRC-32 as in ISO 3309 and zip: polynomial 0x04c11db7, reflected.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xff)] ^ sum >> 8 }
  }
}
