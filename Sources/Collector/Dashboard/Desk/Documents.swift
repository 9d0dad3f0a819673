import Campaigns
import Correlate
import FleetStore
import Posture
import Trials

/// A key whose name is chosen at run time.
private struct NameKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) {
    stringValue = name
  }

  init(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) { nil }
}

/// One value with its name and the version of the API, `{"v": "1.0", NAME: …}`.
struct NamedDocument<Value: Encodable>: Encodable {
  var name: String
  var value: Value

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    try container.encode("1.0", forKey: NameKey("v"))
    try container.encode(value, forKey: NameKey(name))
  }
}

/// One part of a list, `{"v": "1.0", NAME: […], "total": 60, "next": "…"}`; without `next` at its end.
struct ListDocument<Value: Encodable>: Encodable {
  var name: String
  var values: [Value]
  var part: ListPart

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    try container.encode("1.0", forKey: NameKey("v"))
    try container.encode(values, forKey: NameKey(name))
    // A number that is none in truth is no number.
    try container.encodeIfPresent(part.hasMore ? nil : part.total, forKey: NameKey("total"))
    try container.encodeIfPresent(part.next, forKey: NameKey("next"))
  }
}

struct AgreementDocument: Encodable {
  var matrix: AgreementMatrix
  /// Those on which the two sides do not agree.
  var services: [JoinedService]
}

/// A campaign in a list, or with what it found.
struct CampaignLine: Encodable {
  private var name: String
  private var state: CampaignState
  private var reason: String?
  private var planned: WallTime
  private var started: WallTime?
  private var ended: WallTime?
  private var ports: [UInt16]
  private var addresses: UInt64
  private var part: Double
  private var shards: [String: Int]
  private var states: [String: Int]?
  private var protocols: [String: Int]?
  private var kinds: [String: Int]?
  private var unattributed: [String: Int]?

  init(_ record: CampaignRecord, _ progress: CampaignProgress, _ tallies: CampaignTallies? = nil) {
    (name, state, reason) = (record.name, record.state, record.reason)
    (planned, started, ended) = (record.planned, record.started, record.ended)
    (ports, addresses) = (record.spec.ports, record.spec.addresses)
    part = (progress.part * 10_000).rounded() / 10_000
    shards = ["done": progress.done, "held": progress.held, "waiting": progress.waiting]
    (states, protocols) = (tallies?.states, tallies?.protocols)
    (kinds, unattributed) = (tallies?.kinds, tallies?.unattributed)
  }
}

/// A trial with what it shows after its days.
struct TrialLine: Encodable {
  private var name: String
  private var started: WallTime
  private var ended: WallTime?
  private var days = DashboardDesk.trialDays
  private var result: TrialResult

  init(_ trial: StoredTrial, _ result: TrialResult) {
    (name, started, ended) = (trial.name, trial.started, trial.ended)
    self.result = result
  }
}
