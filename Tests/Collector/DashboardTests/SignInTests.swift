import Dashboard
import FleetContract
import FleetStore
import HTTPMessages
import Posture
import Testing
import Web

/// Who gets in, and who does not.
@Suite struct SignInTests {
  @Test func `who is not signed in is sent to sign in, and comes back to where they wanted`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let asked = office.get("/findings?severity=high")
    #expect(asked.status == 303 && asked["Location"] == "/sign-in?back=%2Ffindings%3Fseverity%3Dhigh")
    for path in [
      "/", "/gateways", "/regions", "/regions/live", "/audit", "/campaigns", "/gateways/\(east.text)",
    ] {
      #expect(office.get(path).status == 303, "\(path)")
    }
    let done = office.tryToSignIn("anna", password)
    #expect(done.status == 303 && done["Location"] == "/findings")
    let cookie = try #require(done.headers.first { $0.value.hasPrefix("__Host-kadomori=") }?.value)
    #expect(cookie.contains("; Secure") && cookie.contains("; HttpOnly") && cookie.contains("SameSite=Lax"))
    #expect(office.get("/findings", cookies: done.cookies).status == 200)
    #expect(try office.store.audit(newest: 1).first?.event == .signedIn)
  }

  @Test func `a wrong password, an unknown name and an empty store look the same`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let wrong = office.tryToSignIn("anna", "wrong horse battery")
    let unknown = office.tryToSignIn("nobody", password)
    #expect(wrong.status == 403 && unknown.status == 403)
    #expect(wrong.cookies["__Host-kadomori"] == nil && unknown.cookies["__Host-kadomori"] == nil)
    #expect(wrong.text.replacing(wrong.csrf, with: "") == unknown.text.replacing(unknown.csrf, with: ""))
    #expect(try office.store.audit(newest: 2).allSatisfy { $0.event == .signInRefused })
  }

  @Test func `guessing is slowed down, by address and by account, and not for others`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    try office.add("ben", .operator)
    for _ in 0..<5 { #expect(office.tryToSignIn("anna", "guess", source: "192.0.2.66").status == 403) }
    let slowed = office.tryToSignIn("anna", password, source: "192.0.2.66")
    #expect(slowed.status == 429 && slowed["Retry-After"] == "12")
    #expect(office.tryToSignIn("anna", password, source: "192.0.2.7").status == 303)
    for number in 0..<15 { _ = office.tryToSignIn("anna", "guess", source: "198.51.100.\(number)") }
    #expect(office.tryToSignIn("anna", password, source: "203.0.113.1").status == 429)
    #expect(office.tryToSignIn("ben", password, source: "203.0.113.1").status == 303)
    office.pass(.seconds(31))
    #expect(office.tryToSignIn("anna", password, source: "203.0.113.1").status == 303)
  }

  @Test func `a form that is not from our pages signs nobody in, and changes nothing`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let fields = ["name": "anna", "password": password]
    #expect(office.post("/sign-in", fields, cookies: [:]).status == 403)
    let form = office.get("/sign-in")
    var forged = fields
    forged["csrf"] = String(form.csrf.reversed())
    #expect(office.post("/sign-in", forged, cookies: form.cookies).status == 403)

    let (cookies, csrf) = try office.signIn("anna")
    let path = "/gateways/\(east.text)/findings/\(finding)/decision"
    var decision = ["kind": "muted", "reason": "x", "until": "2026-12-01"]
    #expect(office.post(path, decision, cookies: cookies).status == 403)
    decision["csrf"] = "0"
    #expect(office.post(path, decision, cookies: cookies).status == 403)
    decision["csrf"] = csrf
    let foreign = office.post(path, decision, cookies: cookies, headers: ["sec-fetch-site": "cross-site"])
    #expect(foreign.status == 403)
    #expect(office.post("/sign-out", [:], cookies: cookies).status == 403)
    #expect(try office.store.audit(newest: 10).allSatisfy { $0.event != .decided })
    #expect(office.post(path, decision, cookies: cookies).status == 303)
    #expect(try office.store.audit(newest: 1).first?.event == .decided)
  }

  @Test func `forged, old and ended visits let nobody in`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let forged = String(repeating: "0", count: 64)
    for value in [forged, "", "' OR 1=1 --", String(repeating: "x", count: 9000)] {
      #expect(office.get("/findings", cookies: ["__Host-kadomori": value]).status == 303)
    }
    let (idle, _) = try office.signIn("anna")
    office.pass(.seconds(1790))
    #expect(office.get("/findings", cookies: idle).status == 200)
    office.pass(.seconds(1801))
    #expect(office.get("/findings", cookies: idle).status == 303)

    let (out, csrf) = try office.signIn("anna")
    #expect(office.post("/sign-out", ["csrf": csrf], cookies: out).status == 303)
    #expect(office.get("/findings", cookies: out).status == 303)

    let (removed, _) = try office.signIn("anna")
    #expect(try office.store.removeAccount("anna", by: "test", at: noon))
    #expect(office.get("/findings", cookies: removed).status == 303)
  }

  @Test func `no visit outlasts a working day, and a clock that goes back ends it`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let (long, _) = try office.signIn("anna")
    for _ in 0..<24 {
      #expect(office.get("/findings", cookies: long).status == 200)
      office.pass(.seconds(1795))
    }
    office.pass(.seconds(200))
    #expect(office.get("/findings", cookies: long).status == 303)
    let (early, _) = try office.signIn("anna")
    office.set(known(WallTime("1970-01-01T00:00:00Z")))
    #expect(office.get("/findings", cookies: early).status == 303)
  }

  @Test func `another password ends every visit`() async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let (cookies, _) = try office.signIn("anna")
    #expect(try office.store.setPassword("scrypt$", of: "anna", by: "test", at: noon))
    #expect(office.get("/findings", cookies: cookies).status == 303)
    #expect(office.tryToSignIn("anna", password).status == 403)
  }

  @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "/%0d%0aSet-Cookie: a=b"])
  func `signing in leads to no other site`(back: String) async throws {
    let office = try await Office()
    try office.add("anna", .operator)
    let form = office.get("/sign-in")
    let reply = office.post(
      "/sign-in", ["name": "anna", "password": password, "csrf": form.csrf, "back": back],
      cookies: form.cookies)
    #expect(reply.status == 303 && reply["Location"] == "/", "\(String(describing: reply["Location"]))")
    #expect(office.get("/language?to=ja&back=\(FormText.encoded(back))")["Location"] == "/")
  }

  @Test func `nobody can ask without end`() async throws {
    let office = try await Office()
    var last = 200
    for _ in 0..<210 where last != 429 { last = office.get("/sign-in").status }
    #expect(last == 429)
    #expect(office.get("/api/v1/gateways")["Retry-After"] == "1")
    #expect(office.get("/sign-in", source: "192.0.2.10").status == 200)
    office.pass(.seconds(1))
    #expect(office.get("/sign-in").status == 200)
  }

  @Test func `every answer tells browsers to be careful`() async throws {
    let office = try await Office()
    for path in ["/sign-in", "/", "/style.css", "/live.js", "/api/v1/gateways", "/none"] {
      let reply = office.get(path)
      let policy = try #require(reply["Content-Security-Policy"])
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      #expect(!policy.contains("unsafe"))
      #expect(reply["X-Content-Type-Options"] == "nosniff" && reply["Strict-Transport-Security"] != nil)
      #expect(
        reply["Cache-Control"]
          == (path.hasSuffix("s") && path != "/api/v1/gateways" ? "public, max-age=3600" : "no-store"))
    }
  }
}
