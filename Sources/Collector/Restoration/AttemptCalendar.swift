/// Who attempts when: slots of time, a second or a part of one each.
struct AttemptCalendar {
  private var slots: [[UInt32]]

  /// What is put after the last slot is lost.
  init(slots count: Int) { slots = [[UInt32]](repeating: [], count: count) }

  mutating func put(_ gateway: UInt32, at slot: Int) {
    if slot < slots.count { slots[slot].append(gateway) }
  }

  /// Puts many at once, without a copy where the slot is empty.
  mutating func put(all gateways: consuming [UInt32], at slot: Int) {
    guard slot < slots.count else { return }
    if slots[slot].isEmpty { slots[slot] = gateways } else { slots[slot] += gateways }
  }

  mutating func take(_ slot: Int) -> [UInt32] {
    guard slot < slots.count else { return [] }
    var taken: [UInt32] = []
    swap(&taken, &slots[slot])
    return taken
  }
}
