import BrokerFixture
import Cryptography
import Dashboard
import FleetContract
import FleetStore
import Foundation
import HTTPMessages
import Posture
import Synchronization
import Web

func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

let east = known(GatewayID("gw-aaaaaaaaaaaaaaaa"))
let west = known(GatewayID("gw-bbbbbbbbbbbbbbbb"))
let finding = "telnet-open:dev-a"
let noon = known(WallTime("2026-11-23T12:00:00Z"))
let password = "correct horse battery"

/// A dashboard over a real store, with one gateway in `east` and one in `west`; the clock is the test's.
final class Office: @unchecked Sendable {
  // Unchecked: the directory is never changed, and everything that is has a lock.
  let directory: TemporaryDirectory
  let store: FleetStore
  let desk: DashboardDesk
  private let time = Mutex((wall: noon, ticks: Duration.zero))
  private let said = Mutex<[String]>([])

  init() async throws {
    directory = try TemporaryDirectory()
    store = try FleetStore.open(directory.path + "/fleet.sqlite")
    let box = Box()
    desk = DashboardDesk(
      store, clock: { box.office?.now.wall ?? noon }, ticks: { box.office?.now.ticks ?? .zero },
      note: { line in box.office?.said.withLock { $0.append(line) } })
    box.office = self
    for (gateway, group) in [(east, "east"), (west, "west")] {
      let hash = Digest.sha256([1])
      try store.add(
        EnrolmentGrant(
          id: group, kind: .token, group: group, created: noon,
          expires: WallTime(milliseconds: noon.milliseconds + 1000), usesLeft: 1), secretHash: hash)
      _ = try store.redeem(
        Redemption(grant: group, kind: .token, secretHash: hash, gateway: gateway, now: noon))
      _ = try await store.commit(Batch(arrivals: [opened(gateway)]))
    }
  }

  /// Lets the desk ask an office that is made after it.
  private final class Box: @unchecked Sendable {
    // Unchecked: written once, before anybody asks.
    weak var office: Office?
  }

  var now: (wall: WallTime, ticks: Duration) { time.withLock { $0 } }
  var notes: [String] { said.withLock { $0 } }

  func pass(_ duration: Duration) {
    time.withLock {
      $0.ticks += duration
      $0.wall = WallTime(milliseconds: $0.wall.milliseconds + duration.components.seconds * 1000)
    }
  }

  /// Sets the clock of the wall alone.
  func set(_ wall: WallTime) { time.withLock { $0.wall = wall } }

  private func opened(_ gateway: GatewayID) -> Arrival {
    Arrival(
      gateway: gateway, seq: 1,
      made: Arrival.Origin(time: noon, clockSynced: true, bootID: "b", uptimeMilliseconds: 1), received: noon,
      content: .finding(
        FindingEvent(
          .opened, Finding(check: "telnet-open", severity: .high, device: "dev-a", remedy: "close-telnet")),
        text: "{}"))
  }

  func add(_ name: String, _ role: Account.Role, groups: [String]? = nil) throws {
    // A cheaper hash than those that are made: what it is worth is looked at elsewhere.
    let salt: [UInt8] = Array(name.utf8)
    let key = try PasswordHash.scrypt(Array(password.utf8), salt: salt, n: 1024, r: 8, p: 1, length: 32)
    let hash = "scrypt$1024$8$1$\(Hexadecimal.text(salt))$\(Hexadecimal.text(key))"
    let account = Account(name, role, groups: groups, password: hash, created: noon)
    _ = try store.add(account, by: "test")
  }

  /// Makes a token and returns it as a header.
  func token(
    _ scopes: Set<AccessToken.Scope>, groups: [String]? = nil, days: Int64 = 1
  ) throws -> [String: String] {
    let id = Base32.encode(try Digest.random(5))
    try store.add(
      AccessToken(
        id: id, hash: Hexadecimal.text(Digest.sha256(Array("secret".utf8))), label: "test", scopes: scopes,
        groups: groups, created: noon,
        expires: WallTime(milliseconds: noon.milliseconds + days * 86_400_000)), by: "test")
    return ["authorization": "Bearer kdm_\(id)_secret"]
  }

  /// Asks for a path, with a query where it has one.
  func get(
    _ address: String, cookies: [String: String] = [:], headers: [String: String] = [:],
    method: String = "GET", body: String = "", source: String = "192.0.2.9"
  ) -> WebReply {
    desk.reply(
      to: known(
        WebRequest(
          method, address, headers: headers, cookies: cookies, body: Array(body.utf8), source: source)))
  }

  func post(
    _ path: String, _ fields: [String: String], cookies: [String: String],
    headers: [String: String] = [:], source: String = "192.0.2.9"
  ) -> WebReply {
    let body = fields.map { "\($0.key)=\(FormText.encoded($0.value))" }.joined(separator: "&")
    var headers = headers
    headers["content-type"] = "application/x-www-form-urlencoded"
    return get(path, cookies: cookies, headers: headers, method: "POST", body: body, source: source)
  }

  /// Tries to sign in as a browser does.
  func tryToSignIn(_ name: String, _ password: String, source: String = "192.0.2.9") -> WebReply {
    let form = get("/sign-in", source: source)
    return post(
      "/sign-in", ["name": name, "password": password, "csrf": form.csrf, "back": "/findings"],
      cookies: form.cookies, source: source)
  }

  /// Signs in, and returns the cookies and what belongs into forms.
  func signIn(_ name: String) throws -> (cookies: [String: String], csrf: String) {
    let reply = tryToSignIn(name, password)
    guard reply.status == 303 else { throw FixtureError("\(name) could not sign in: \(reply.status)") }
    let cookies = reply.cookies
    return (cookies, get("/gateways/\(east.text)/findings/\(finding)", cookies: cookies).csrf)
  }
}

extension WebReply {
  var text: String {
    if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
  }

  /// The cookies that it sets, without those it takes back.
  var cookies: [String: String] {
    var cookies: [String: String] = [:]
    for (name, value) in headers where name == "Set-Cookie" {
      let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
    }
    return cookies
  }

  /// What the page's forms have to show.
  var csrf: String {
    guard let start = text.range(of: "name=\"csrf\" value=\"") else { return "" }
    return String(text[start.upperBound...].prefix { $0 != "\"" })
  }
}
