import Casework
import BrokerFixture
import Dashboard
import FleetContract
import FleetStore
import Foundation
import GRDB
import Posture
import Testing
import Web

/// What each may see and do, and that nothing of others ever shows.
@Suite struct TenantTests {
  private static let pages = [
    "/", "/gateways", "/gateways?q=gw-b", "/gateways?group=west", "/findings",
    "/findings?which=all&group=west",
    "/findings?which=closed&group=west", "/regions", "/agreement", "/gateways/\(east.text)",
    "/gateways/\(east.text)/findings/\(finding)",
  ]
  private static let documents = [
    "summary", "gateways", "gateways?q=gw-b", "gateways?group=west", "findings?which=all",
    "findings?group=west",
    "regions", "agreement", "gateways/\(east.text)", "gateways/\(east.text)/services",
    "gateways/\(east.text)/events", "gateways/\(east.text)/findings/\(finding)",
  ]
  private static let foreign = [
    "gateways/\(west.text)", "gateways/\(west.text)/findings/\(finding)",
  ]

  /// A page without what was searched for, which stands in it again.
  private func shown(_ reply: WebReply) -> String {
    reply.text.replacing("value=\"gw-b\"", with: "").replacing("q=gw-b", with: "").replacing(
      "q%3Dgw-b", with: ""
    )
    .replacing("group%3Dwest", with: "").replacing("group=west", with: "")
  }

  @Test(arguments: [["east"], []]) func `a tenant's pages hold nothing of another's`(groups: [String])
    async throws
  {
    let office = try await Office()
    try office.add("tess", .tenant, groups: groups)
    let cookies = office.tryToSignIn("tess", password).cookies
    for path in Self.pages {
      let reply = office.get(path, cookies: cookies)
      #expect(reply.status == (groups.isEmpty && path.contains(east.text) ? 404 : 200), "\(path)")
      #expect(!shown(reply).contains("west") && !shown(reply).contains("gw-b"), "\(path)")
      #expect(
        groups.isEmpty != shown(reply).contains("east") || path == "/" || path == "/agreement"
          || path.contains("gw-b") || path.contains("west"), "\(path)")
    }
    let unknown = office.get("/gateways/gw-cccccccccccccccc", cookies: cookies)
    for path in Self.foreign {
      let reply = office.get("/" + path, cookies: cookies)
      #expect(reply.status == 404, "\(path)")
      // As if it were not there at all.
      #expect(
        reply.text.count - path.count == unknown.text.count - "gateways/gw-cccccccccccccccc".count
          || path.contains("findings"))
    }
    for path in ["/campaigns", "/notices", "/audit"] {
      #expect(office.get(path, cookies: cookies).status == 403, "\(path)")
      #expect(!office.get("/", cookies: cookies).text.contains("href=\"\(path)\""))
    }
  }

  @Test func `a tenant's token gets nothing of another's either`() async throws {
    let office = try await Office()
    let header = try office.token([.read, .provider, .decide], groups: ["east"])
    for path in Self.documents {
      let reply = office.get("/api/v1/" + path, headers: header)
      #expect(reply.status == 200, "\(path)")
      #expect(!reply.text.contains("west") && !reply.text.contains(west.text), "\(path)")
    }
    for path in Self.foreign {
      #expect(office.get("/api/v1/" + path, headers: header).status == 404, "\(path)")
    }
    for path in ["campaigns", "trials", "audit"] {
      #expect(office.get("/api/v1/" + path, headers: header).status == 403, "\(path)")
    }
    let decision = #"{"kind":"muted","reason":"x","until":"2026-12-01"}"#
    let refused = office.get(
      "/api/v1/gateways/\(west.text)/findings/\(finding)/decision", headers: header, method: "PUT",
      body: decision)
    #expect(refused.status == 404)
    #expect(try office.store.audit(newest: 10).allSatisfy { $0.event != .decided })
  }

  @Test func `a tenant only looks, a technician notes, an operator decides`() async throws {
    let office = try await Office()
    try office.add("tess", .tenant, groups: ["east"])
    try office.add("tom", .technician)
    try office.add("olga", .operator)
    let path = "/gateways/\(east.text)/findings/\(finding)"
    let expected = [("tess", 403, 403), ("tom", 303, 403), ("olga", 303, 303)]
    for (name, note, decide) in expected {
      let (cookies, _) = try office.signIn(name)
      // A tenant's pages have no form but the one to sign out, whose token is as good.
      let csrf = office.get("/", cookies: cookies).csrf
      let page = office.get(path, cookies: cookies).text
      #expect(page.contains("action=\"\(path.replacing(":", with: "%3A"))/steps\"") == (note == 303))
      #expect(page.contains("/decision\"") == (decide == 303))
      let step = ["csrf": csrf, "step": "acted", "detail": "by \(name)"]
      #expect(office.post(path + "/steps", step, cookies: cookies).status == note, "\(name)")
      let decision = ["csrf": csrf, "kind": "accepted", "reason": "in a cage", "until": "2026-12-01"]
      #expect(office.post(path + "/decision", decision, cookies: cookies).status == decide, "\(name)")
    }
    var record: FindingRecord?
    try office.store.findings(FindingQuery(gateway: east)) { record = $0 }
    #expect(record?.steps.compactMap(\.by) == ["tom", "olga"] && record?.decision?.by == "olga")
    let (cookies, csrf) = try office.signIn("olga")
    #expect(!office.get("/findings", cookies: cookies).text.contains(east.text))
    #expect(office.get("/findings?which=all", cookies: cookies).text.contains("accepted"))
    #expect(office.get(path, cookies: cookies).text.contains("in a cage"))
    #expect(office.post(path + "/reopen", ["csrf": csrf], cookies: cookies).status == 303)
    #expect(office.get("/findings", cookies: cookies).text.contains(east.text))
  }

  @Test(arguments: [
    ["kind": "accepted", "reason": " ", "until": "2026-12-01"],
    ["kind": "accepted", "reason": "x", "until": "2026-11-22"],
    ["kind": "accepted", "reason": "x", "until": "2028-01-01"],
    ["kind": "accepted", "reason": "x", "until": "soon"],
    ["kind": "closed", "reason": "x", "until": "2026-12-01"], [:],
  ]) func `a decision without reason or a good day is none`(fields: [String: String]) async throws {
    let office = try await Office()
    try office.add("olga", .operator)
    let (cookies, csrf) = try office.signIn("olga")
    let path = "/gateways/\(east.text)/findings/\(finding)/decision"
    let reply = office.post(path, fields.merging(["csrf": csrf]) { $1 }, cookies: cookies)
    #expect(reply.status == 422 && reply.text.contains("Nothing was changed"))
    #expect(try office.store.audit(newest: 10).allSatisfy { $0.event != .decided })
  }

  @Test func `a token does what its scopes say, until it ends or is revoked`() async throws {
    let office = try await Office()
    let reading = try office.token([.read])
    let path = "/api/v1/gateways/\(east.text)/findings/\(finding)"
    #expect(office.get(path, headers: reading).status == 200)
    #expect(office.get(path + "/decision", headers: reading, method: "DELETE").status == 403)
    #expect(office.get("/api/v1/audit", headers: reading).status == 403)
    #expect(office.get(path, headers: try office.token([.provider])).status == 403)
    #expect(office.get("/api/v1/audit", headers: try office.token([.provider])).status == 200)
    let deciding = try office.token([.read, .decide])
    let noted = office.get(path + "/steps", headers: deciding, method: "POST", body: #"{"step":"notified"}"#)
    #expect(noted.status == 200 && noted.text.contains("\"stage\":\"notified\""))
    #expect(office.get(path + "/steps", headers: deciding, method: "POST", body: "[").status == 422)
    #expect(office.get(path, headers: deciding, method: "PATCH").status == 405)
    let id = known(deciding["authorization"]?.split(separator: "_").dropFirst().first)
    #expect(try office.store.revokeToken(String(id), by: "test", at: noon))
    #expect(office.get(path, headers: deciding).status == 401)
    office.pass(.seconds(86_401))
    #expect(office.get(path, headers: reading).status == 401)
    for wrong in ["Bearer kdm_\(id)_wrong", "Bearer x", "Basic YTpi", ""] {
      #expect(office.get(path, headers: ["authorization": wrong]).status == 401)
    }
  }

  @Test func `without its store the dashboard says so, and nothing else`() async throws {
    let office = try await Office()
    try office.add("tess", .tenant, groups: ["east"])
    let cookies = office.tryToSignIn("tess", password).cookies
    let header = try office.token([.read])
    let other = try DatabaseQueue(path: office.directory.path + "/fleet.sqlite")
    try await other.write { try $0.execute(sql: "ALTER TABLE finding RENAME TO gone") }
    let page = office.get("/findings", cookies: cookies)
    #expect(page.status == 503 && page.text.contains("Nothing was changed"))
    #expect(!page.text.contains("finding_") && !page.text.contains(office.directory.path))
    let answer = office.get("/api/v1/findings", headers: header)
    #expect(answer.status == 503 && answer.text.contains("\"error\":\"unavailable\""))
    #expect(office.notes.contains { $0.contains("no such table") })
    try await other.write { try $0.execute(sql: "ALTER TABLE gone RENAME TO finding") }
    #expect(office.get("/findings", cookies: cookies).status == 200)
  }
}
