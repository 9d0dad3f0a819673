import Addresses
import LANScan
import Testing

@Suite struct SweepTests {
  @Test func goesOnForWhoWasHeardElsewhere() {
    var sweep = Sweep(addresses: addresses)
    var now: Duration = .zero
    func run() -> Int {
      var count = 0
      while true {
        switch sweep.next(now: now) {
        case .ask: count += 1
        case .wait(let until): now = until
        case .finished: return count
        }
      }
    }
    let first = run()
    #expect(first == addresses.count * Sweep.passes)
    sweep.goOn()
    let second = run()
    #expect(second == addresses.count * Sweep.furtherPasses)
  }

  private let addresses = (1...6).map { IPv4Address(bits: 0xc000_0200 + $0) }

  /// Runs a sweep to its end; `answers` says in which pass an address answers, if ever.
  private func run(_ answers: [IPv4Address: Int]) -> [IPv4Address: Int] {
    var sweep = Sweep(addresses: addresses)
    var asked: [IPv4Address: Int] = [:]
    var now = Duration.zero
    while true {
      switch sweep.next(now: now) {
      case .ask(let address):
        asked[address, default: 0] += 1
        if asked[address] == answers[address] { sweep.answered(address) }
      case .wait(let until):
        #expect(until > now)
        now = until
      case .finished: return asked
      }
    }
  }

  @Test func silentAddressesAreAskedInEveryPass() {
    #expect(run([:]) == Dictionary(uniqueKeysWithValues: addresses.map { ($0, Sweep.passes) }))
  }

  @Test func whoAnsweredIsNotAskedAgain() {
    let asked = run([addresses[0]: 1, addresses[1]: 2])
    #expect(asked[addresses[0]] == 1 && asked[addresses[1]] == 2 && asked[addresses[2]] == Sweep.passes)
  }

  @Test func allAnswersEndItAfterOnePass() {
    #expect(run(Dictionary(uniqueKeysWithValues: addresses.map { ($0, 1) })).values.allSatisfy { $0 == 1 })
  }
}
