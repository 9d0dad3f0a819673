/// Probes that have to wait so that a group of addresses is spared, the one that may leave first in front.
struct WaitingProbes: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    var time: Int64
    var step: UInt64
  }

  private(set) var entries: [Entry] = []

  /// Beyond so many the scan itself waits.
  static let limit = 65_536

  var isFull: Bool { entries.count >= Self.limit }
  var first: Entry? { entries.first }

  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var place = entries.count - 1
    while place > 0, entries[place].time < entries[(place - 1) / 2].time {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func popFirst() -> Entry? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var place = 0
    while true {
      let (left, right) = (2 * place + 1, 2 * place + 2)
      guard left < entries.count else { return first }
      let isRight = right < entries.count && entries[right].time < entries[left].time
      let least = isRight ? right : left
      guard entries[least].time < entries[place].time else { return first }
      entries.swapAt(place, least)
      place = least
    }
  }
}
