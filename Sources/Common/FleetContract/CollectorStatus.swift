package import Posture

/// Whether a collector is there: `_collector/<id>/status`, retained, and the collector's Will.
///
/// A gateway keeps its backlog until one collector is on line.
package struct CollectorStatus: Hashable, Sendable, Codable {
  package var v: ContractVersion
  package var kind: String
  package var collector: String
  package var online: Bool
  /// The session's number, as in `StatusBody`.
  package var birth: Int64
  package var time: WallTime

  package init(collector: TopicName, online: Bool, birth: Int64, time: WallTime) {
    self.v = .current
    self.kind = "collector-status"
    self.collector = collector.description
    self.online = online
    self.birth = birth
    self.time = time
  }

  package func payload() throws(Rejection) -> [UInt8] { try encodePayload(self) }

  package init(payload: some Collection<UInt8>) throws(Rejection) {
    self = try decodePayload(Self.self, from: payload)
    guard v.isReadable else { throw .version(found: v.description) }
  }
}
