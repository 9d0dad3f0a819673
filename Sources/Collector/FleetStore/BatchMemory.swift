import FleetContract
import FoundationEssentials
import Posture
import SQLStore

/// What the store knew of a batch's gateways before the batch, asked once for all of them: a question for each record
/// would cost a server of databases more than to store it.
struct BatchMemory {
  /// When a boot began, by gateway and boot.
  var boots: [GatewayID: [String: Int64]] = [:]
  var erased: Set<GatewayID> = []
  var stored: [GatewayID: SequenceSet] = [:]
  /// The grade of each gateway's latest posture, and its number.
  var grades: [GatewayID: (seq: Int64, grade: String)] = [:]
  /// Empty where a gateway has none.
  var groups: [GatewayID: String] = [:]

  init() {}

  /// The gateways' rows are locked when this is read, so nobody changes what it says before the batch is stored.
  init(_ db: Database, _ gateways: [GatewayID]) throws {
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
    try each("SELECT gateway, \"group\" FROM enrolment WHERE \(which)", [names]) {
      groups[$0] = $1["group"] ?? ""
    }
    try each(
      "SELECT id AS gateway, posture_seq, grade FROM gateway WHERE id IN (\(db.engine.list("?")))", [names]
    ) { grades[$0] = ($1["posture_seq"], $1["grade"]) }
    for gateway in gateways { stored[gateway] = SequenceSet(ranges[gateway] ?? []) }
    for gateway in gateways where groups[gateway] == nil { groups[gateway] = "" }
  }

  static func list(_ texts: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
  }
}
