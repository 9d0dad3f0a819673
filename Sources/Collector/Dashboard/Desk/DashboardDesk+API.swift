import Attempts
import Correlate
import Cryptography
import FleetStore
import Foundation
import Posture
import Synchronization
import Trials
import Web

/// What the API says where it cannot answer.
struct APIFault {
  var status: Int

  init(_ status: Int) {
    self.status = status
  }

  var reply: WebReply {
    let (error, detail): (String, String) =
      switch status {
      case 401:
        (
          "unauthorized",
          "Give 'Authorization: Bearer TOKEN' with a token that is neither expired nor revoked."
        )
      case 403: ("forbidden", "The token has no scope for this.")
      case 404: ("not_found", "There is nothing at this address that the token may see.")
      case 405: ("method_not_allowed", "This address does not know that method; see /api/v1/openapi.json.")
      case 422:
        ("invalid", "A field is missing or out of range; see /api/v1/openapi.json. Nothing was changed.")
      case 429: ("too_many_requests", "Wait as long as Retry-After says.")
      case 503: ("unavailable", "The store cannot be read or written now. Nothing was changed; try again.")
      default: ("error", "Something went wrong.")
      }
    var reply = WebReply(
      status, "application/json", "{\"v\":\"1.0\",\"error\":\"\(error)\",\"detail\":\"\(detail)\"}\n")
    if status == 401 { reply.set("WWW-Authenticate", "Bearer realm=\"kadomori\"") }
    return reply
  }
}

extension DashboardDesk {
  /// The API for programs; `/api/v1/openapi.json` describes it.
  func api(_ request: WebRequest) throws(Refusal) -> WebReply {
    let token = try token(request)
    let access = Access(token)
    let parts = Array(request.parts.dropFirst(2))
    guard request.parts.prefix(2) == ["api", "v1"] else { throw .status(404) }
    if parts.count >= 4, parts[0] == "gateways", parts[2] == "findings" {
      return try apiFinding(request, Array(parts.dropFirst()), token, access)
    }
    guard ["GET", "HEAD"].contains(request.method) else { throw .status(405) }
    guard token.scopes.contains(.read) || access.may(.provider) else { throw .status(403) }
    return try read(request, parts, token, access)
  }

  /// The token that a request shows; a wrong one counts as a guess.
  private func token(_ request: WebRequest) throws(Refusal) -> AccessToken {
    let ticks = ticks()
    guard limits.withLock({ $0.guesses.wait(for: request.source, now: ticks) }) == nil else {
      throw .status(429)
    }
    guard let header = request.headers["authorization"], header.lowercased().hasPrefix("bearer ") else {
      throw .signIn
    }
    let parts = header.dropFirst(7).split(separator: "_")
    if parts.count == 3, parts[0] == "kdm", let token = try ask({ try store.accessToken(String(parts[1])) }),
      PasswordHash.isEqual(Array(Self.hash(String(parts[2])).utf8), Array(token.hash.utf8))
    {
      let now = clock()
      guard token.isGood(at: now) else { throw .signIn }
      if now.milliseconds - (token.used?.milliseconds ?? 0) > 60_000 {
        try? store.touchToken(token.id, at: now)
      }
      return token
    }
    limits.withLock { $0.guesses.failed(request.source, now: ticks) }
    throw .signIn
  }

  private func read(
    _ request: WebRequest, _ parts: [String], _ token: AccessToken, _ access: Access
  ) throws(Refusal) -> WebReply {
    let after = request.query["after"]
    if ["campaigns", "trials", "audit"].contains(parts.first) {
      try demand(.provider, access)
    } else if !token.scopes.contains(.read) {
      throw .status(403)
    }
    switch (parts.count, parts.first) {
    case (1, "summary"): return try json("summary", try summary(access))
    case (1, "gateways"):
      let (gateways, part) = try fleet(access, FleetQuestion(request.query), after: after)
      return try list("gateways", gateways, part)
    case (2, "gateways"): return try json("gateway", try gateway(parts[1], access).detail)
    case (3, "gateways") where parts[2] == "services":
      return try json("services", try gateway(parts[1], access).services)
    case (3, "gateways") where parts[2] == "events":
      return try json("events", try gateway(parts[1], access).events)
    case (1, "findings"):
      let (findings, part) = try findings(access, FindingQuestion(request.query), after: after)
      return try list("findings", findings, part)
    case (1, "regions"): return try json("regions", try ask { try RegionView.all(store, access) })
    case (2, "regions") where parts[1] == "live":
      return live(access, hash: "token \(token.id)") { regions in
        (try? Self.encoded("regions", regions)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
      }
    case (1, "agreement"):
      let (matrix, services) = try agreement(access, limit: 10_000)
      return try json("agreement", AgreementDocument(matrix: matrix, services: services))
    case (1, "campaigns"):
      let (lines, part) = ListPart.part(of: try campaigns(), after: after)
      return try list("campaigns", lines.map { CampaignLine($0.record, $0.progress) }, part)
    case (2, "campaigns"):
      let found = try campaign(parts[1])
      return try json("campaign", CampaignLine(found.record, found.progress, found.tallies))
    case (1, "trials"):
      return try json("trials", try notices(access).trials.map { TrialLine($0.trial, $0.result) })
    case (1, "audit"):
      let (entries, part) = ListPart.part(
        of: try ask { try store.audit(newest: AuditPage.limit) }, after: after)
      return try list("audit", entries, part)
    default: throw .status(404)
    }
  }

  /// One finding, and what is done about it: `GATEWAY/findings/ID`, `…/decision`, `…/steps`.
  private func apiFinding(
    _ request: WebRequest, _ parts: [String], _ token: AccessToken, _ access: Access
  ) throws(Refusal) -> WebReply {
    guard token.scopes.contains(.read) else { throw .status(403) }
    let record = try finding(parts[2], at: parts[0], access)
    let fields = { () throws(Refusal) -> [String: String] in
      guard let fields = try? JSONDecoder().decode([String: String].self, from: Data(request.body)) else {
        throw .status(422)
      }
      return fields
    }
    switch (request.method, parts.count, parts.last) {
    case ("GET", 3, _), ("HEAD", 3, _): return try json("finding", record)
    case ("PUT", 4, "decision"):
      let fields = try fields()
      try decide(fields["kind"], fields["reason"], until: fields["until"], on: record, access)
    case ("DELETE", 4, "decision"): try reopen(record, access)
    case ("POST", 4, "steps"):
      let fields = try fields()
      try note(fields["step"], fields["detail"], on: record, access)
    case (_, 3, _), (_, 4, "decision"), (_, 4, "steps"): throw .status(405)
    default: throw .status(404)
    }
    return try json("finding", try finding(parts[2], at: parts[0], access))
  }

  private func json(_ name: String, _ value: some Encodable) throws(Refusal) -> WebReply {
    WebReply(
      200, headers: [("Content-Type", "application/json")],
      body: .bytes(Array(try ask { try Self.encoded(name, value) })))
  }

  /// One part of a list, with what asks for the next.
  private func list(
    _ name: String, _ values: [some Encodable], _ part: ListPart
  ) throws(Refusal) -> WebReply {
    let bytes = try ask { try Self.encoder.encode(ListDocument(name: name, values: values, part: part)) }
    return WebReply(200, headers: [("Content-Type", "application/json")], body: .bytes(Array(bytes)))
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func encoded(_ name: String, _ value: some Encodable) throws -> Data {
    try encoder.encode(NamedDocument(name: name, value: value))
  }
}
