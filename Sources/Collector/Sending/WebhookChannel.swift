package import Cryptography
import Foundation
import HTTPMessages
import LinuxIO
import Posture

/// Hands notices to a program of the provider's over HTTP, signed.
///
/// `X-Kadomori-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA-256 of `SECONDS.BODY` under the shared secret; a receiver
/// refuses what is older than it likes. `Idempotency-Key` is the same however often a notice is sent.
package struct WebhookChannel: SendingChannel {
  package var host: String
  package var port: UInt16
  package var path: String
  /// `nil` for plain HTTP, to this machine.
  package var trust: TLSTrust?
  package var secret: [UInt8]

  package init(host: String, port: UInt16, path: String, trust: TLSTrust?, secret: [UInt8]) {
    self.host = host
    self.port = port
    self.path = path
    self.trust = trust
    self.secret = secret
  }

  private struct Body: Encodable {
    var v = "1.0"
    var notice: String
    var gateway: String
    var finding: String
    /// `open`, or `safe` once it is closed.
    var state: String
    var recipient: String
    var language: String
    var subject: String
    var lines: [String]
    /// Absent where the household's page does not show it.
    var code: String?
  }

  package static func signature(of body: [UInt8], at seconds: Int64, secret: [UInt8]) -> String {
    let code = Digest.hmacSHA256(Array("\(seconds).".utf8) + body, key: secret)
    return "t=\(seconds),v1=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  package func send(_ notice: OutgoingNotice) -> SendingOutcome {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Body(
      notice: notice.name, gateway: notice.gateway, finding: notice.finding,
      state: notice.isSafe ? "safe" : "open", recipient: notice.recipient,
      language: notice.language, subject: notice.subject, lines: notice.lines,
      code: notice.proof?.code)
    guard let body = (try? encoder.encode(document)).map({ [UInt8]($0) }) else {
      return .refused("the notice cannot be written as JSON")
    }
    let signature = Self.signature(of: body, at: Clocks.wall.milliseconds / 1000, secret: secret)
    let request =
      Array(
        """
        POST \(path) HTTP/1.1\r
        Host: \(host)\r
        Content-Type: application/json\r
        Content-Length: \(body.count)\r
        Idempotency-Key: \(notice.name)\r
        X-Kadomori-Signature: \(signature)\r
        Connection: close\r
        \r

        """.utf8) + body
    var isHandedOver = false
    do throws(WireError) {
      let connection = try WireConnection(host: host, port: port)
      if let trust { try connection.secure(trust, name: host) }
      isHandedOver = true
      try connection.send(request)
      var reader = HTTPReader()
      while true {
        let bytes = try connection.receive()
        if bytes.isEmpty { return .unknown("the server ended the connection without an answer") }
        switch reader.take(bytes) {
        case .needsMore: continue
        case .fault: return .unknown("the server's answer is not HTTP/1.1")
        case .message(let message): return Self.outcome(of: message)
        }
      }
    } catch {
      return isHandedOver ? .unknown(error.description) : .later(error.description)
    }
  }

  private static func outcome(of message: HTTPMessage) -> SendingOutcome {
    guard let status = message.status else { return .unknown("the server's answer has no status") }
    switch status {
    case 200..<300: return .sent("HTTP \(status)")
    // It says that it did not take it, and that this may change.
    case 408, 425, 429, 500..<600: return .later("HTTP \(status)")
    default: return .refused("HTTP \(status)")
    }
  }
}
