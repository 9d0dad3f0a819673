import Addresses
import Correlate
import FleetContract
import Posture
import Sightings
import Testing

func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

let noon = known(WallTime("2026-11-23T12:00:00Z"))
let first = known(GatewayID("gw-abcdefghij234567"))
let second = known(GatewayID("gw-aaaaaaaaaaaaaaaa"))

/// Seconds after noon.
func at(_ seconds: Double) -> WallTime { WallTime(milliseconds: noon.milliseconds + Int64(seconds * 1000)) }

func tenure(
  _ block: String, _ holder: GatewayID?, _ from: Double, _ until: Double?, _ source: Tenure.Source = .session,
  ports: ClosedRange<UInt16>? = nil
) -> Tenure {
  Tenure(
    known(AddressBlock(block)), ports: ports, holder: holder.map { .gateway($0) } ?? .shared, from: at(from),
    until: until.map(at), source: source)
}

@Suite struct AttributionTests {
  private func whose(
    _ address: String, _ seconds: Double, port: UInt16 = 23, _ tenures: Tenure...
  ) -> Attribution {
    let sighting = Sighting(
      address: known(IPAddress(address)), port: .tcp(port), state: .open, time: at(seconds), source: "s")
    return Attribution(sighting, among: tenures)
  }

  @Test func `is whose session had the address in that second`() {
    let before = tenure("192.0.2.1", first, 0, 10.5)
    let after = tenure("192.0.2.1", second, 20, nil)
    #expect(whose("192.0.2.1", 5, before, after) == .gateway(first))
    #expect(whose("192.0.2.1", 25, before, after) == .gateway(second))
    #expect(whose("192.0.2.1", 15, before, after) == .none(.nobody))
    #expect(whose("192.0.2.2", 5, before, after) == .none(.nobody))
    // The time of a sighting is a whole second, and the session had a part of it.
    #expect(whose("192.0.2.1", 10, before, after) == .gateway(first))
    #expect(whose("192.0.2.1", 11, before, after) == .none(.nobody))
    #expect(whose("192.0.2.1", -1, before, after) == .none(.nobody))
    // The address changed hands within the second.
    #expect(whose("192.0.2.1", 10, before, tenure("192.0.2.1", second, 10.7, nil)) == .none(.shared))
  }

  @Test func `several sessions from one address are a translation`() {
    #expect(
      whose("192.0.2.1", 5, tenure("192.0.2.1", first, 0, nil), tenure("192.0.2.1", second, 0, nil))
        == .none(.shared))
  }

  @Test func `a list and a session have to agree`() {
    let lease = tenure("192.0.2.1", first, 0, 100, .lease)
    #expect(whose("192.0.2.1", 5, lease) == .gateway(first))
    #expect(whose("192.0.2.1", 5, lease, tenure("192.0.2.1", first, 0, nil)) == .gateway(first))
    #expect(whose("192.0.2.1", 5, lease, tenure("192.0.2.1", second, 0, nil)) == .none(.contradiction))
    #expect(whose("2001:db8:1:2::9", 5, tenure("2001:db8:1::/56", first, 0, nil, .lease)) == .gateway(first))
  }

  @Test func `behind a provider's translation only ports tell gateways apart`() {
    let pool = tenure("198.51.100.0/24", nil, 0, nil, .lease)
    let session = tenure("198.51.100.7", first, 0, nil)
    #expect(whose("198.51.100.7", 5, pool, session) == .none(.shared))
    let block = tenure("198.51.100.7", first, 0, nil, .lease, ports: 1024...2047)
    let other = tenure("198.51.100.7", second, 0, nil, .lease, ports: 2048...4095)
    #expect(whose("198.51.100.7", 5, port: 1500, block, other, session) == .gateway(first))
    #expect(whose("198.51.100.7", 5, port: 2048, pool, block, other, session) == .gateway(second))
    #expect(whose("198.51.100.7", 5, port: 5000, block, other, session) == .none(.shared))
    let wrong = tenure("198.51.100.7", second, 0, nil, .lease, ports: 1500...1600)
    #expect(whose("198.51.100.7", 5, port: 1500, block, wrong) == .none(.contradiction))
    // RFC 6598: nobody has such an address alone.
    #expect(whose("100.64.0.1", 5, tenure("100.64.0.1", first, 0, nil)) == .none(.shared))
  }

  /// However the evidence is mixed, a gateway is named only where some evidence for it covers address and second.
  @Test func `never names a gateway without evidence`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      let tenures = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
        let from = Double.random(in: 0..<20)
        return tenure(
          known(["192.0.2.1", "192.0.2.2", "192.0.2.0/24"].randomElement()),
          known([first, second, nil].randomElement()), from,
          Bool.random() ? from + Double.random(in: 0.1..<20) : nil,
          Bool.random() ? .session : .lease,
          ports: Bool.random() ? nil : 20...30)
      }
      let sighting = Sighting(
        address: known(IPAddress("192.0.2.1")), port: .tcp(.random(in: 10...40)), state: .open,
        time: at(.random(in: 0..<40)), source: "s")
      guard case .gateway(let named) = Attribution(sighting, among: tenures) else { continue }
      let proof = tenures.filter {
        $0.holder == .gateway(named) && $0.block.contains(sighting.address)
          && $0.covers(secondOf: sighting.time)
      }
      #expect(!proof.isEmpty)
      #expect(proof.contains { $0.ports?.contains(sighting.port.number) ?? true })
    }
  }
}
