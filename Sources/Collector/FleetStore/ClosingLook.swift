package import Addresses
package import Campaigns
package import FleetContract
package import Posture

/// A closing that a gateway reported and that nobody has looked at from outside yet.
package struct ReportedClosing: Hashable, Sendable {
  package var gateway: GatewayID
  /// The record's number at its gateway.
  package var seq: Int64
  package var closing: String
  package var port: Port
  /// Whether it is a port of the gateway itself that was closed towards the Internet.
  package var isOutside: Bool
  package var received: WallTime
}

/// What a look from outside said of a closing, by one version of IP.
package struct ClosingLook: Hashable, Sendable {
  package var gateway: GatewayID
  package var closing: String
  package var port: Port
  /// Where it was looked at; `nil` where that is not known.
  package var address: IPAddress?
  package var verdict: ClosingVerdict
  package var time: WallTime

  package init(
    _ closing: ReportedClosing, at address: IPAddress?, _ verdict: ClosingVerdict, time: WallTime
  ) {
    self.init(
      gateway: closing.gateway, closing: closing.closing, port: closing.port, address: address,
      verdict: verdict, time: time)
  }

  init(
    gateway: GatewayID, closing: String, port: Port, address: IPAddress?, verdict: ClosingVerdict,
    time: WallTime
  ) {
    self.gateway = gateway
    self.closing = closing
    self.port = port
    self.address = address
    self.verdict = verdict
    self.time = time
  }
}

extension ClosingLook: Encodable {
  private enum CodingKeys: String, CodingKey {
    case closing, service, address, outcome, reason, time
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(closing, forKey: .closing)
    try container.encode(port, forKey: .service)
    try container.encodeIfPresent(address?.description, forKey: .address)
    try container.encode(verdict.outcome, forKey: .outcome)
    try container.encode(verdict.reason, forKey: .reason)
    try container.encode(time, forKey: .time)
  }
}

/// The table of looks at closings.
enum ClosingSchema {
  static let version12 = """
    -- What was seen from outside of each closing that a gateway reported; 'version' is of IP, 0 where there was no
    -- address to look at.
    CREATE TABLE closing_look (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL, version INTEGER NOT NULL,
      closing TEXT NOT NULL, transport TEXT NOT NULL, port INTEGER NOT NULL, address TEXT,
      outcome TEXT NOT NULL, reason TEXT NOT NULL, time INTEGER NOT NULL,
      PRIMARY KEY (gateway, seq, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_of_kind ON event (kind, received);
    """
}
