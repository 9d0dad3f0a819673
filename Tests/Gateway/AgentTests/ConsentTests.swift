import Agent
import Posture
import Testing

@Suite struct ConsentTests {
  private let lan = ConsentLedger.Named(.scan, "lan0", .configuration, by: "kadomori.yaml")

  private func noted(
    _ ledger: inout ConsentLedger, _ named: [ConsentLedger.Named], at milliseconds: Int64 = 0
  ) -> Bool {
    ledger.reconcile(named, time: WallTime(milliseconds: milliseconds), clockSynced: true)
  }

  private func word(_ granted: Bool) -> ConsentLedger.Entry {
    ConsentLedger.Entry(
      .scan, "lan0", granted: granted, .word, by: "anna", time: WallTime(milliseconds: 5), clockSynced: true)
  }

  @Test func `what a configuration names is allowed from then on, and recorded once`() {
    var ledger = ConsentLedger()
    #expect(!ledger.allows(.scan, "lan0"))
    #expect(noted(&ledger, [lan]) && !noted(&ledger, [lan]))
    #expect(ledger.allows(.scan, "lan0") && !ledger.allows(.scan, "lan1") && !ledger.allows(.report, "lan0"))
    #expect(ledger.entries.count == 1)
  }

  @Test func `what it names no more is withdrawn, and allowed again when it comes back`() {
    var ledger = ConsentLedger()
    _ = noted(&ledger, [lan])
    #expect(noted(&ledger, []) && !noted(&ledger, []))
    #expect(!ledger.allows(.scan, "lan0") && ledger.withdrawal(.scan, "lan0") == nil)
    #expect(noted(&ledger, [lan]) && ledger.allows(.scan, "lan0"))
    #expect(ledger.entries.map(\.granted) == [true, false, true])
  }

  @Test func `what a person withdrew stays off until a person allows it`() {
    var ledger = ConsentLedger()
    _ = noted(&ledger, [lan])
    ledger.add(word(false))
    #expect(!noted(&ledger, [lan]) && !ledger.allows(.scan, "lan0"))
    // Taking the line out of the file and putting it back is no word of a person either.
    #expect(!noted(&ledger, []) && !noted(&ledger, [lan]) && !ledger.allows(.scan, "lan0"))
    #expect(ledger.withdrawals.map(\.by) == ["anna"])
    ledger.add(word(true))
    #expect(!noted(&ledger, [lan]) && ledger.allows(.scan, "lan0"))
  }

  @Test(arguments: [ConsentLedger.Purpose.close, .indicators])
  func `what a person's word alone allows is not taken back by a file`(_ purpose: ConsentLedger.Purpose) {
    var ledger = ConsentLedger()
    ledger.add(
      ConsentLedger.Entry(
        purpose, ConsentLedger.gateway, granted: true, .word, by: "anna", time: WallTime(milliseconds: 5),
        clockSynced: true))
    _ = noted(&ledger, [lan])
    #expect(!noted(&ledger, [lan]) && ledger.allows(purpose, ConsentLedger.gateway))
  }

  @Test func `one look allows nothing afterwards`() {
    var ledger = ConsentLedger()
    var once = word(true)
    once.way = .once
    ledger.add(once)
    #expect(!ledger.allows(.scan, "lan0") && !noted(&ledger, []))
  }

  @Test func `however long the record grows, what counts is kept`() {
    var ledger = ConsentLedger()
    ledger.add(word(false))
    for number in 0..<1000 {
      let other = ConsentLedger.Named(.report, "broker-\(number % 50)", .configuration, by: "f")
      _ = noted(&ledger, number % 2 == 0 ? [other] : [])
    }
    #expect(ledger.entries.count == ConsentLedger.limit)
    #expect(ledger.withdrawal(.scan, "lan0") != nil)
  }
}
