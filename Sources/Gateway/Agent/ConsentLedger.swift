package import Posture

/// What the owner of the gateway allowed, for which purpose, and since when; without an entry the feature is off.
///
/// Naming a LAN in the configuration, naming a broker there and enrolling are ways to allow; taking them back there is
/// a way to withdraw. What a person withdrew by word stays off, whatever a file says, until a person allows it again.
package struct ConsentLedger: Hashable, Sendable, Codable {
  package enum Purpose: String, Hashable, Sendable, Codable, CaseIterable {
    /// To find and probe the devices of a LAN, and to listen to what they say to everybody.
    case scan
    /// To tell a provider which kinds of devices are there and what is wrong with them.
    case report
    /// To close ports on the word of the provider's operators.
    case close
    /// To match where devices go against a list of addresses, on the gateway itself.
    case indicators

    /// Whether a person's word alone allows it, and no file says anything of it.
    package var isByWordAlone: Bool { self == .close || self == .indicators }
  }

  /// What closing, and matching against lists, are allowed for.
  package static let gateway = "gateway"

  package enum Way: String, Hashable, Sendable, Codable {
    case configuration, enrolment
    /// A person's own word: `kadomori consent`.
    case word
    /// A person had a LAN looked at once, by naming it on the command line.
    case once
  }

  package struct Entry: Hashable, Sendable, Codable {
    package var purpose: Purpose
    /// The interface of the LAN, or where reports go.
    package var scope: String
    package var granted: Bool
    package var way: Way
    /// Who said so: a person, or the name of a file.
    package var by: String
    package var reason: String?
    package var time: WallTime
    /// Whether the clock was set then.
    package var clockSynced: Bool

    package init(
      _ purpose: Purpose, _ scope: String, granted: Bool, _ way: Way, by: String, reason: String? = nil,
      time: WallTime, clockSynced: Bool
    ) {
      self.purpose = purpose
      self.scope = scope
      self.granted = granted
      self.way = way
      self.by = by
      self.reason = reason
      self.time = time
      self.clockSynced = clockSynced
    }

    private enum CodingKeys: String, CodingKey {
      case purpose, scope, granted, way, by, reason, time
      case clockSynced = "clock_synced"
    }
  }

  /// What a configuration or an enrolment names now.
  package struct Named: Hashable, Sendable {
    package var purpose: Purpose
    package var scope: String
    package var way: Way
    package var by: String

    package init(_ purpose: Purpose, _ scope: String, _ way: Way, by: String) {
      self.purpose = purpose
      self.scope = scope
      self.way = way
      self.by = by
    }
  }

  package private(set) var v = "1.0"
  /// Oldest first; the last of a purpose and scope counts.
  package private(set) var entries: [Entry] = []

  /// Entries that are kept; of the oldest, those that no longer count go first.
  package static let limit = 256

  package init() {}

  /// What counts for a purpose and scope now; a single look does not.
  package func current(_ purpose: Purpose, _ scope: String) -> Entry? {
    entries.last { $0.purpose == purpose && $0.scope == scope && $0.way != .once }
  }

  package func allows(_ purpose: Purpose, _ scope: String) -> Bool {
    current(purpose, scope)?.granted == true
  }

  /// The withdrawal by a person that keeps a feature off.
  package func withdrawal(_ purpose: Purpose, _ scope: String) -> Entry? {
    current(purpose, scope).flatMap { !$0.granted && $0.way == .word ? $0 : nil }
  }

  /// Every withdrawal by a person that counts now.
  package var withdrawals: [Entry] {
    entries.filter { withdrawal($0.purpose, $0.scope) == $0 }
  }

  package mutating func add(_ entry: Entry) {
    entries.append(entry)
    while entries.count > Self.limit {
      let place = entries.indices.first { index in
        entries[(index + 1)...].contains {
          $0.purpose == entries[index].purpose && $0.scope == entries[index].scope && $0.way != .once
        } || entries[index].way == .once
      }
      entries.remove(at: place ?? entries.startIndex)
    }
  }

  /// Notes what is named now and was not allowed yet, and what is named no more.
  ///
  /// - Returns: whether anything changed.
  package mutating func reconcile(
    _ named: [Named], time: WallTime, clockSynced: Bool
  ) -> Bool {
    let before = entries.count
    for entry in named where !allows(entry.purpose, entry.scope) {
      if withdrawal(entry.purpose, entry.scope) != nil { continue }
      add(
        Entry(
          entry.purpose, entry.scope, granted: true, entry.way, by: entry.by, time: time,
          clockSynced: clockSynced))
    }
    var seen: Set<String> = []
    for entry in entries.reversed()
    where entry.way != .once && entry.granted && !entry.purpose.isByWordAlone {
      guard seen.insert(entry.purpose.rawValue + entry.scope).inserted,
        let current = current(entry.purpose, entry.scope), current.granted,
        !named.contains(where: { $0.purpose == entry.purpose && $0.scope == entry.scope })
      else { continue }
      add(
        Entry(
          entry.purpose, entry.scope, granted: false, current.way == .word ? .configuration : current.way,
          by: current.by, time: time, clockSynced: clockSynced))
    }
    return entries.count != before
  }
}
