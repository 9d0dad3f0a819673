package import FleetContract
package import Posture
import SQLStore

/// What a batch has brought that was not stored before, of gateways of which somebody is told.
package struct TenantNews: Hashable, Sendable {
  /// In the order in which they were stored.
  package var findings: [StoredFinding] = []
  /// Gateways whose status or posture is not what it was.
  package var states: Set<GatewayID> = []

  package init() {}

  package var isEmpty: Bool { findings.isEmpty && states.isEmpty }

  package mutating func add(_ later: TenantNews) {
    findings += later.findings
    states.formUnion(later.states)
  }
}

/// A finding that opened or closed, as it was stored.
package struct StoredFinding: Hashable, Sendable {
  package var gateway: GatewayID
  package var seq: Int64
  /// When it was made by the gateway's clock where that was right, else when it came.
  package var time: WallTime
  package var event: FindingEvent

  package init(gateway: GatewayID, seq: Int64, time: WallTime, event: FindingEvent) {
    self.gateway = gateway
    self.seq = seq
    self.time = time
    self.event = event
  }
}

/// What one transaction has brought.
package struct StoredBatch: Sendable {
  /// What each gateway may now be told.
  package var acknowledgements: [GatewayID: AckBody]
  package var news: TenantNews
}

extension BatchWriter {
  /// Whether somebody is told of a gateway; where nobody is told of any, this asks nothing.
  mutating func isTold(of gateway: GatewayID) throws -> Bool {
    guard !told.isEmpty else { return false }
    return told.contains(try group(of: gateway))
  }

  /// Notes that a status will change its gateway's row, before it does.
  mutating func note(_ status: StatusBody, of gateway: GatewayID) throws {
    guard try isTold(of: gateway) else { return }
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT birth, online FROM gateway WHERE id = ?"), arguments: [gateway.text])
    // What the broker kept comes again with every session of ours, and is no news.
    if let birth: Int64 = row?["birth"] {
      let isOnline: Bool = row?["online"] ?? false
      guard status.birth > birth || (status.birth == birth && status.online != isOnline) else { return }
    }
    news.states.insert(gateway)
  }

  /// Notes a finding that was stored now and never before.
  mutating func note(_ event: FindingEvent, _ arrival: Arrival) throws {
    guard try isTold(of: arrival.gateway), let seq = arrival.seq else { return }
    let made = arrival.made.flatMap { happened($0, arrival.gateway) }
    news.findings.append(
      StoredFinding(
        gateway: arrival.gateway, seq: seq,
        time: made.map { WallTime(milliseconds: $0) } ?? arrival.received, event: event))
  }
}
