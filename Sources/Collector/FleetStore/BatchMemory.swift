import FleetContract
import FoundationEssentials
import Posture
import SQLStore

/// What the store knew of a batch's gateways before the batch, asked once for all of them: a question for each record
/// would cost a server of databases more than to store it.
struct BatchMemory {
  /// When a boot began, by gateway and boot.
  var boots: [GatewayID: [String: Int64]] = [:]
  /// What a finding was, by gateway and id.
  var findings: [GatewayID: [String: Finding]] = [:]
  var erased: Set<GatewayID> = []
  var stored: [GatewayID: SequenceSet] = [:]

  /// The latest word on a finding.
  struct Finding {
    var isOpen: Bool
    var seq: Int64
  }

  init() {}

  /// The gateways' rows are locked when this is read, so nobody changes what it says before the batch is stored.
  init(_ db: Database, _ arrivals: [Arrival], _ gateways: [GatewayID]) throws {
    guard !gateways.isEmpty else { return }
    let names = try Self.list(gateways.map(\.text))
    let which = "gateway IN (\(db.engine.list("?")))"
    func each(_ sql: String, _ arguments: StatementArguments, _ take: (GatewayID, Row) -> Void) throws {
      for row in try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments) {
        if let gateway = GatewayID(row["gateway"] as String) { take(gateway, row) }
      }
    }
    try each("SELECT gateway, boot_id, began FROM boot WHERE \(which)", [names]) {
      boots[$0, default: [:]][$1["boot_id"]] = $1["began"]
    }
    var ranges: [GatewayID: [ClosedRange<Int64>]] = [:]
    try each("SELECT gateway, first, last FROM stored WHERE \(which) ORDER BY gateway, first", [names]) {
      ranges[$0, default: []].append(($1["first"] as Int64)...($1["last"] as Int64))
    }
    for gateway in gateways { stored[gateway] = SequenceSet(ranges[gateway] ?? []) }
    let ids = Set(
      arrivals.compactMap { arrival -> String? in
        if case .finding(let event, _) = arrival.content { event.finding.id } else { nil }
      })
    guard !ids.isEmpty else { return }
    try each(
      "SELECT gateway, id, is_open, seq FROM finding WHERE \(which) AND id IN (\(db.engine.list("?")))",
      [names, try Self.list(ids.sorted())]
    ) {
      findings[$0, default: [:]][$1["id"]] = Finding(isOpen: $1["is_open"], seq: $1["seq"])
    }
  }

  static func list(_ texts: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
  }
}
