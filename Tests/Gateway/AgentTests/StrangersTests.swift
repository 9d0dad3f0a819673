import Addresses
import Agent
import Testing

@Suite struct StrangersTests {
  private func mac(_ number: UInt64) -> MACAddress { MACAddress(bits: number) }

  @Test func aStrangerIsLookedAtSoonAndManyNotOften() {
    var strangers = Strangers()
    let first = strangers.scanTime(for: mac(1), on: "lan0", now: .zero)
    #expect(first == Strangers.wait)
    let together = strangers.scanTime(for: mac(2), on: "lan0", now: .seconds(1))
    #expect(together == Strangers.wait, "the same scan is for all of them")
    let again = strangers.scanTime(for: mac(1), on: "lan0", now: .seconds(100))
    #expect(again == nil, "what the scan did not find has no address")
    let later = strangers.scanTime(for: mac(3), on: "lan0", now: .seconds(100))
    #expect(later == Strangers.wait + Strangers.pause)
    let elsewhere = strangers.scanTime(for: mac(4), on: "lan1", now: .seconds(100))
    #expect(elsewhere == .seconds(100) + Strangers.wait)
  }
}
