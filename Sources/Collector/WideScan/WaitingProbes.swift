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
      let children = [2 * place + 1, 2 * place + 2].filter { $0 < entries.count }
      guard let least = children.min(by: { entries[$0].time < entries[$1].time }),
        entries[least].time < entries[place].time
      else { return first }
      entries.swapAt(place, least)
      place = least
    }
  }
}
