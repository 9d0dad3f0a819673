import FleetContract

extension OutboxFrame {
  /// Reads the frame that begins at `start`; `nil` where there is none that is whole.
  static func read(_ bytes: [UInt8], at start: Int) -> (frame: OutboxFrame, end: Int)? {
    guard bytes.count - start > headLength, bytes[start] == mark[0], bytes[start + 1] == mark[1] else {
      return nil
    }
    var head = FrameReader(bytes[(start + 2)..<(start + headLength)])
    guard let length = head.number(UInt32.self), let sum = head.number(UInt32.self),
      length > 0, length <= bodyLimit, Int(length) <= bytes.count - start - headLength
    else { return nil }
    let end = start + headLength + Int(length)
    let body = bytes[(start + headLength)..<end]
    guard CRC32.of(Array(bytes[(start + 2)..<(start + 6)]) + body) == sum,
      let frame = OutboxFrame(body: body)
    else { return nil }
    return (frame, end)
  }

  private init?(body: ArraySlice<UInt8>) {
    var reader = FrameReader(body.dropFirst())
    switch body.first {
    case UInt8(ascii: "R"):
      guard let sequence = reader.number(Int64.self), (1...largestSequence).contains(sequence),
        let lived = reader.number(Int64.self), let wall = reader.number(Int64.self),
        let worth = reader.number(UInt8.self).flatMap(Worth.init), let topic = reader.text()
      else { return nil }
      let made = Moment(lived: .milliseconds(lived), wall: wall == .min ? nil : .milliseconds(wall))
      self = .record(
        Outbox.Record(
          sequence: sequence, topic: topic, payload: Array(reader.rest), worth: worth, made: made))
    case UInt8(ascii: "G"):
      guard let ranges = reader.ranges() else { return nil }
      self = .gone(ranges)
    case UInt8(ascii: "D"):
      guard let number = reader.number(UInt8.self) else { return nil }
      var counts: [DroppedEvent.Cause: Int64] = [:]
      for _ in 0..<number {
        guard let word = reader.text(), let count = reader.number(Int64.self) else { return nil }
        if let cause = DroppedEvent.Cause(rawValue: word) { counts[cause] = count }
      }
      guard let ranges = reader.ranges() else { return nil }
      self = .dropped(ranges, counts)
    case UInt8(ascii: "N"):
      guard let next = reader.number(Int64.self), let births = reader.number(Int64.self),
        let lived = reader.number(Int64.self), let posture = reader.number(Int64.self),
        (1...largestSequence).contains(next), births >= 0
      else { return nil }
      self = .numbers(next: next, births: births, lived: .milliseconds(lived), posture: posture)
    default: return nil
    }
  }
}

/// Takes numbers and texts off the front of bytes.
private struct FrameReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
    let size = Value.bitWidth / 8
    guard rest.count >= size else { return nil }
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  mutating func text() -> String? {
    guard let length = number(UInt8.self), rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
  }

  mutating func ranges() -> [ClosedRange<Int64>]? {
    var ranges: [ClosedRange<Int64>] = []
    while !rest.isEmpty {
      guard let first = number(Int64.self), let last = number(Int64.self), 1 <= first, first <= last,
        last <= largestSequence
      else { return nil }
      ranges.append(first...last)
    }
    return ranges
  }
}
