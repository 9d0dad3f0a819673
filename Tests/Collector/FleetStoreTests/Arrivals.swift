import Addresses
import BrokerFixture
import FleetContract
import FleetStore
import Posture

func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

let gateway = known(GatewayID("gw-abcdefghij234567"))
let noon = known(WallTime("2026-11-23T12:00:00Z"))

/// Makes arrivals as one gateway would send them.
func arrival(
  _ content: Arrival.Content, seq: Int64? = nil, synced: Bool = true, boot: String = "b",
  uptime: Int64 = 1000,
  time: WallTime = noon, from id: GatewayID = gateway
) -> Arrival {
  Arrival(
    gateway: id, seq: seq,
    made: Arrival.Origin(time: time, clockSynced: synced, bootID: boot, uptimeMilliseconds: uptime),
    received: noon, content: content)
}

func finding(_ event: FindingEvent.Change, _ device: String, severity: Severity = .high) -> Arrival.Content {
  .finding(
    FindingEvent(
      event, Finding(check: "telnet-open", severity: severity, device: device, remedy: "close-telnet")),
    text: "{}")
}

/// A store in a directory of its own.
struct Fixture {
  let directory: TemporaryDirectory
  let store: FleetStore

  init(limits: StoreLimits = StoreLimits()) throws {
    directory = try TemporaryDirectory()
    store = try FleetStore.open(Places.new(in: directory), limits: limits)
  }

  @discardableResult
  func commit(_ arrivals: Arrival...) async throws -> AckBody? {
    try await store.commit(Batch(arrivals: arrivals))[gateway]
  }

  func detail() throws -> GatewayDetail { known(try store.gateway(gateway)) }
}
