import Addresses
import Posture
import Testing

@testable import PrivateBroker

/// Lines as mosquitto 2.0.11 wrote them.
@Suite struct BrokerSessionTests {
  private let noon = WallTime(milliseconds: 1_795_780_800_000)

  @Test func `knows from where a client comes, and that it left`() throws {
    let v4 = try #require(IPAddress("127.0.0.1"))
    let v6 = try #require(IPAddress("2001:db8::1"))
    let told: [(String, BrokerSession)] = [
      (
        "1795783923: New client connected from 127.0.0.1:41276 as gw-a (p5, c1, k60, u'gw-a').",
        .began(client: "gw-a", v4, at: noon)
      ),
      (
        "New client connected from 2001:db8::1:41276 as gw-a (p5, c1, k60).",
        .began(client: "gw-a", v6, at: noon)
      ),
      ("1795783923: Client gw-a disconnected.", .ended(client: "gw-a", at: noon)),
      ("1795783923: Client gw-a closed its connection.", .ended(client: "gw-a", at: noon)),
      ("1795783923: Client gw-a has exceeded timeout, disconnecting.", .ended(client: "gw-a", at: noon)),
      ("1795783923: Client gw-a disconnected, not authorised.", .ended(client: "gw-a", at: noon)),
    ]
    for (line, session) in told { #expect(BrokerSession(line[...], at: noon) == session, "\(line)") }
  }

  @Test(arguments: [
    "", ":", "1795783923: New connection from 127.0.0.1:41276 on port 1.", "Client ", "Client gw-a",
    "Client  ",
    "1: Client gw-a already connected, closing old connection.", "New client connected from  as gw-a (p5).",
    "New client connected from here:1 as gw-a (p5).", "New client connected from 127.0.0.1 as gw-a",
    "1: Received PUBLISH from gw-a (d0, q1, r0, m1, 'Client gw-b disconnected', ... (2 bytes))",
  ]) func `passes over everything else`(line: String) {
    #expect(BrokerSession(line[...], at: noon) == nil)
  }

  @Test func `says when too much was waiting`() {
    let sessions = BrokerSessions()
    for _ in 0...BrokerSessions.limit { sessions.put(.ended(client: "gw-a", at: noon)) }
    let taken = sessions.take()
    #expect(taken.sessions.count == BrokerSessions.limit && !taken.isComplete)
    #expect(sessions.take().isComplete)
  }
}
