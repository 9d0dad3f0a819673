import FleetContract
import FleetStore
import Posture
import Synchronization
import Testing
import Web
import Wording

@testable import Dashboard

/// Numbers that are kept, and lists of on-line state.
@Suite struct NumbersTests {
  @Test func `who asks for old numbers is told them with their time, while new ones are made`() throws {
    let numbers = KeptNumbers<Int>(fresh: .seconds(30), stale: .seconds(600))
    let made = Mutex(0)
    let waiting = Mutex<[@Sendable () -> Void]>([])
    func ask(at seconds: Int64, _ name: String = "") throws -> (Int, WallTime) {
      let time = WallTime(milliseconds: noon.milliseconds + seconds * 1000)
      let kept = try numbers.numbers(
        name, at: (time, .seconds(seconds)), later: { work in waiting.withLock { $0.append(work) } },
        make: {
          made.withLock {
            $0 += 1
            return $0
          }
        })
      return (kept.value, kept.asOf)
    }
    let first = try ask(at: 0)
    #expect(first == (1, noon))
    #expect(try ask(at: 29) == first)
    // Two that ask at the same time have it done once.
    #expect(try ask(at: 31) == first)
    #expect(try ask(at: 32) == first)
    let work = waiting.withLock { $0 }
    #expect(work.count == 1)
    work.forEach { $0() }
    #expect(try ask(at: 33) == (2, WallTime(milliseconds: noon.milliseconds + 31_000)))
    // Nobody is told what is older than that; and everybody has numbers of his own.
    #expect(try ask(at: 1000) == (3, WallTime(milliseconds: noon.milliseconds + 1_000_000)))
    #expect(try ask(at: 1000, "other").0 == 4)
  }

  @Test func `the overview says of what time its numbers are, in both languages`() async throws {
    let office = try await Office()
    try office.add("olga", .operator)
    let cookies = try office.signIn("olga").cookies
    #expect(office.get("/", cookies: cookies).text.contains("As of <time"))
    let japanese = office.get("/", cookies: cookies.merging(["language": "ja"]) { $1 }).text
    #expect(japanese.contains("集計時刻 <time"))
    #expect(
      office.get("/api/v1/summary", headers: try office.token([.read])).text.contains(#""as_of":"2026-11-23"#)
    )
  }

  @Test func `the gateways' page tells who is on line by region, live, and beside no search`() async throws {
    let office = try await Office()
    try office.add("wim", .tenant, groups: ["west"])
    let cookies = office.tryToSignIn("wim", password).cookies
    let page = office.get("/gateways", cookies: cookies).text
    #expect(page.contains("On line by region") && page.contains("/live.js"))
    #expect(!office.get("/gateways?q=gw", cookies: cookies).text.contains("On line by region"))
    let reply = office.get("/gateways/live", cookies: cookies)
    guard case .stream(let write) = reply.body else {
      Issue.record("it is no stream")
      return
    }
    let heard = Mutex("")
    // Whoever hears enough hangs up.
    await write(
      WebStream { bytes in
        heard.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
        return false
      })
    let text = heard.withLock { $0 }
    #expect(text.hasPrefix("event: regions\n") && text.contains("west") && !text.contains("east"))
  }

  @Test func `a list that only counting would measure says that it is longer than is counted`() {
    let words = Words(.en)
    func pages(_ total: Int) -> String {
      words.pages(ListPart(isFirst: true, next: nil, total: total), "/findings", []).text
    }
    #expect(pages(7).contains("7 in all"))
    #expect(pages(ListPart.mostCounted + 1).contains("more than 10000"))
  }
}
