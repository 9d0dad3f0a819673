import FleetContract
package import HTTPMessages
package import Posture

extension EnrolmentDesk {
  /// What to say to a request over HTTP, and what to note.
  package struct Reply: Sendable {
    package var status: Int
    package var body: [UInt8]
    package var isGuess = false
    /// One line for the log.
    package var note: String?
  }

  package func reply(to message: HTTPMessage, from source: String, now: WallTime) -> Reply {
    guard let (method, path) = message.request else { return Self.plain(400, .badRequest, "no request", now) }
    guard [EnrolmentPath.enrol, EnrolmentPath.renew].contains(path) else {
      return Self.plain(404, .badRequest, "nothing is here", now)
    }
    guard method == "POST" else { return Self.plain(405, .badRequest, "only POST is understood", now) }
    do throws(Rejection) {
      let answer =
        path == EnrolmentPath.enrol
        ? enrol(try EnrolmentDocument.read(EnrolmentRequest.self, message.body), from: source, now: now)
        : renew(try EnrolmentDocument.read(RenewalRequest.self, message.body), from: source, now: now)
      switch answer {
      case .success(let document):
        let what = path == EnrolmentPath.enrol ? "enrolled" : "renewed"
        return Reply(
          status: 200, body: try EnrolmentDocument.bytes(document),
          note: "\(what) \(document.gateway) from \(source)")
      case .failure(let refusal):
        let reason = refusal.document.error
        return Reply(
          status: reason == .unavailable ? 503 : reason == .badRequest ? 400 : 403,
          body: try EnrolmentDocument.bytes(refusal.document), isGuess: refusal.isGuess,
          note: "refused \(source): \(reason.rawValue), \(refusal.document.detail)")
      }
    } catch {
      return Self.plain(400, .badRequest, "\(error)", now)
    }
  }

  static func plain(
    _ status: Int, _ reason: EnrolmentRefusal.Reason, _ detail: String, _ now: WallTime
  ) -> Reply {
    let document = EnrolmentRefusal(reason, detail, time: now.description)
    return Reply(status: status, body: (try? EnrolmentDocument.bytes(document)) ?? [])
  }
}
