import Attempts
import Cryptography
import FleetStore
import Posture
import Synchronization
import Web

/// Somebody who is signed in, as one request shows it.
struct Visitor: Sendable {
  var access: Access
  /// What stands in the forms of this visit.
  var csrf: String
  /// The hash that the store knows the visit by.
  var hash: String
}

extension DashboardDesk {
  /// The name of the cookie; with its prefix a browser takes it over TLS alone, and from no neighbour in the domain.
  static func cookieName(_ request: WebRequest, _ name: String = "kadomori") -> String {
    request.isSecure ? "__Host-" + name : name
  }

  private static func cookie(_ request: WebRequest, _ name: String, _ value: String, seconds: Int64) -> String
  {
    "\(cookieName(request, name))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
      + (request.isSecure ? "; Secure" : "")
  }

  /// Follows from the cookie, so nobody who does not have it can know it, and nothing has to be kept.
  static func csrf(_ secret: String) -> String {
    Hexadecimal.text(Digest.hmacSHA256(Array("form".utf8), key: Array(secret.utf8)))
  }

  static func hash(_ secret: String) -> String { Hexadecimal.text(Digest.sha256(Array(secret.utf8))) }

  /// Who is signed in; throws where nobody is.
  func visitor(_ request: WebRequest) throws(Refusal) -> Visitor {
    guard let secret = request.cookies[Self.cookieName(request)], secret.utf8.count == 64 else {
      throw .signIn
    }
    let hash = Self.hash(secret)
    let now = clock()
    guard let visit = try ask({ try store.visit(hash) }), !visit.isOver(at: now) else { throw .signIn }
    // Once a minute is enough, and a store that is busy keeps nobody from reading.
    if now.milliseconds - visit.used.milliseconds > 60_000 { try? store.touchVisit(hash, at: now) }
    return Visitor(access: Access(visit.account), csrf: Self.csrf(secret), hash: hash)
  }

  /// The fields of a form that came from a page of ours.
  func form(_ request: WebRequest, _ csrf: String) throws(Refusal) -> [String: String] {
    if let site = request.headers["sec-fetch-site"], site != "same-origin", site != "none" {
      throw .status(403)
    }
    guard let form = request.form, let token = form["csrf"],
      PasswordHash.isEqual(Array(token.utf8), Array(csrf.utf8))
    else { throw .status(403) }
    return form
  }

  func signInPage(_ request: WebRequest, _ problem: SignInPage.Problem? = nil, _ status: Int = 200)
    throws(Refusal) -> WebReply
  {
    // Also before anybody is signed in a form has to be ours, or a stranger could sign somebody in as himself.
    let secret = try ask { Hexadecimal.text(try Digest.random(32)) }
    let back = FormAddress.own(request.query["back"] ?? request.form?["back"])
    let frame = Frame(
      words: words(for: request), csrf: Self.csrf(secret),
      address: FormAddress.query("/sign-in", [("back", back == "/" ? "" : back)]))
    var reply = html(frame.render(SignInPage(problem: problem, back: back).page(frame)), status)
    reply.set("Set-Cookie", Self.cookie(request, "door", secret, seconds: 3600))
    return reply
  }

  func signIn(_ request: WebRequest) throws(Refusal) -> WebReply {
    guard let door = request.cookies[Self.cookieName(request, "door")], door.utf8.count == 64,
      let form = try? form(request, Self.csrf(door))
    else { return try signInPage(request, .over, 403) }
    let name = String((form["name"] ?? "").prefix(64))
    let password = form["password"] ?? ""
    let ticks = ticks()
    let wait = limits.withLock {
      $0.guesses.wait(for: request.source, now: ticks) ?? $0.accounts.wait(for: name, now: ticks)
    }
    if let wait {
      var reply = try signInPage(request, .tooOften, 429)
      reply.set("Retry-After", "\(max(1, wait.components.seconds))")
      return reply
    }
    let account = try ask { try store.account(name) }
    // A name that is not there takes as long as a password that is wrong.
    let isRight =
      password.utf8.count <= 1024 && PasswordHash.verify(password, account?.password ?? Self.nobody)
    let now = clock()
    guard isRight, let account else {
      limits.withLock {
        $0.guesses.failed(request.source, now: ticks)
        $0.accounts.failed(name, now: ticks)
      }
      let entry = AuditEntry(
        .signInRefused, at: now, source: request.source, detail: ForeignText.line(name, limit: 64))
      try ask { try store.note(entry) }
      return try signInPage(request, .wrong, 403)
    }
    let secret = try ask { Hexadecimal.text(try Digest.random(32)) }
    try ask { try store.beginVisit(Self.hash(secret), of: account.name, from: request.source, at: now) }
    var reply = WebReply.seeOther(FormAddress.own(form["back"]))
    reply.set(
      "Set-Cookie", Self.cookie(request, "kadomori", secret, seconds: Visit.longest.components.seconds))
    reply.set("Set-Cookie", Self.cookie(request, "door", "", seconds: 0))
    return reply
  }

  func signOut(_ request: WebRequest) throws(Refusal) -> WebReply {
    let visitor = try visitor(request)
    _ = try form(request, visitor.csrf)
    try ask { try store.endVisit(visitor.hash, at: clock()) }
    var reply = WebReply.seeOther("/sign-in")
    reply.set("Set-Cookie", Self.cookie(request, "kadomori", "", seconds: 0))
    return reply
  }

  /// The hash of a password that nobody knows.
  private static let nobody: String = {
    let cost = PasswordHash.cost
    let bytes = (try? Digest.random(48)) ?? []
    return
      "scrypt$\(cost.n)$\(cost.r)$\(cost.p)$\(Hexadecimal.text(bytes.prefix(16)))$\(Hexadecimal.text(bytes.dropFirst(16)))"
  }()

  /// Remembers the language that a reader chose, and goes back.
  func language(_ request: WebRequest) -> WebReply {
    var reply = WebReply.seeOther(FormAddress.own(request.query["back"]))
    if let to = request.query["to"], ["ja", "en"].contains(to) {
      reply.set("Set-Cookie", "language=\(to); Path=/; Max-Age=31536000; SameSite=Lax")
    }
    return reply
  }
}
