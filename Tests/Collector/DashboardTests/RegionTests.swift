import Dashboard
import FleetStore
import Foundation
import Posture
import Restoration
import Synchronization
import Testing
import Web

/// Outages and returns as they are seen while they happen.
@Suite struct RegionTests {
  /// Keeps what a collector keeps of an outage in `east`: lost, and half of it back.
  private func blackOut(_ office: Office) throws {
    let terms = FleetTerms(capacity: 100, outageFrom: 10, criticalShare: 0, lowShare: 0, period: 30)
    var watch = FleetWatch()
    for (step, away) in [0, 100, 100, 50].enumerated() {
      let census = [
        "east": AreaCensus(known: 100, away: away, returned: away == 50 ? 50 : 0),
        "west": AreaCensus(known: 100, away: 0),
      ]
      _ = watch.look(at: census, terms: terms, now: noon.milliseconds + Int64(step) * 30_000)
    }
    let text = String(decoding: try JSONEncoder().encode(watch), as: UTF8.self)
    try office.store.keepRestoration(text, at: noon)
  }

  @Test func `an outage is told in words, drawn, and only to those it concerns`() async throws {
    let office = try await Office()
    try blackOut(office)
    try office.add("olga", .operator)
    try office.add("wim", .tenant, groups: ["west"])
    let page = office.get("/regions", cookies: try office.signIn("olga").cookies).text
    #expect(page.contains("coming back") && page.contains("<svg") && page.contains("50 % are back"))
    let japanese = office.get(
      "/regions", cookies: try office.signIn("olga").cookies.merging(["language": "ja"]) { $1 }
    ).text
    #expect(japanese.contains("復帰中") && japanese.contains("lang=\"ja\""))
    let other = office.get("/regions", cookies: office.tryToSignIn("wim", password).cookies).text
    #expect(other.contains("west") && !other.contains("east") && !other.contains("<svg"))
    let answer = office.get("/api/v1/regions", headers: try office.token([.read])).text
    #expect(answer.contains(#""cause":"lost""#) && answer.contains(#""state":"returning""#))
  }

  @Test func `a live list sends what changed, until its reader may not look any more`() async throws {
    let office = try await Office()
    try office.add("olga", .operator)
    let visit = try office.signIn("olga")
    let reply = office.get("/regions/live", cookies: visit.cookies)
    #expect(reply.status == 200 && reply["Content-Type"] == "text/event-stream")
    guard case .stream(let write) = reply.body else { throw Missing() }
    let heard = Heard()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await write(WebStream { heard.take($0) }) }
      await heard.wait(for: "calm")
      do { try blackOut(office) } catch { Issue.record(error) }
      await heard.wait(for: "coming back")
      #expect(office.post("/sign-out", ["csrf": visit.csrf], cookies: visit.cookies).status == 303)
      // It ends by itself, or this would wait for ever.
      await group.waitForAll()
    }
    #expect(heard.text.hasPrefix("event: regions\ndata: ") && heard.text.hasSuffix("\n\n"))
  }

  @Test func `one visit opens only so many live lists`() async throws {
    let office = try await Office()
    let header = try office.token([.read])
    for _ in 0..<4 { #expect(office.get("/api/v1/regions/live", headers: header).status == 200) }
    #expect(office.get("/api/v1/regions/live", headers: header).status == 429)
    #expect(office.get("/api/v1/regions/live", headers: try office.token([.read])).status == 200)
  }

  private struct Missing: Error {}

  /// What was sent, and who waits for it.
  private final class Heard: Sendable {
    private let state = Mutex((text: "", waiting: [(word: String, go: CheckedContinuation<Void, Never>)]()))

    var text: String { state.withLock { $0.text } }

    func take(_ bytes: [UInt8]) -> Bool {
      let ready = state.withLock { state in
        state.text += String(decoding: bytes, as: UTF8.self)
        let ready = state.waiting.filter { state.text.contains($0.word) }
        state.waiting.removeAll { state.text.contains($0.word) }
        return ready
      }
      for one in ready { one.go.resume() }
      return true
    }

    func wait(for word: String) async {
      await withCheckedContinuation { go in
        let isThere = state.withLock { state in
          if state.text.contains(word) { return true }
          state.waiting.append((word, go))
          return false
        }
        if isThere { go.resume() }
      }
    }
  }
}
