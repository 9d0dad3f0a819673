import Addresses
import Cryptography
import HTTPMessages
import LocalPage
import Testing
import Wording

/// What a browser of the house may ask, and what somebody makes one ask.
@Suite struct PageRequestTests {
  static let place = "192.168.9.1:8476"

  static func message(_ start: String, _ headers: [String: String] = [:], _ body: String = "") -> HTTPMessage
  {
    var own = ["host": place]
    if start.hasPrefix("POST") {
      own["origin"] = "http://" + place
      own["content-type"] = "application/x-www-form-urlencoded"
    }
    return read(start, own.merging(headers) { $1 }, body)
  }

  /// As it comes over the wire; only the start where that is no message.
  private static func read(_ start: String, _ headers: [String: String], _ body: String = "") -> HTTPMessage {
    var reader = HTTPReader()
    _ = reader.take(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    guard case .message(var message) = reader.take([]) else { fatalError("no message") }
    (message.start, message.headers, message.body) = (start + " HTTP/1.1", headers, Array(body.utf8))
    return message
  }

  private func refusal(_ message: HTTPMessage) -> PageRequest.Refusal? {
    do throws(PageRequest.Refusal) {
      _ = try PageRequest(message, at: Self.place)
      return nil
    } catch { return error }
  }

  @Test(arguments: ["evil.example:8476", "192.168.9.1", "192.168.9.1:80", "127.0.0.1:8476", ""])
  func `a name of somebody else that leads here opens nothing`(host: String) {
    #expect(refusal(Self.message("GET /", ["host": host])) == .foreignHost)
    #expect(
      refusal(
        Self.message("POST /pair", ["host": host, "origin": "http://\(host)"], "code=12345678"))
        == .foreignHost
    )
  }

  @Test(arguments: ["http://evil.example", "null", "https://192.168.9.1:8476", "http://192.168.9.1", ""])
  func `a form of another page is refused`(origin: String) {
    #expect(refusal(Self.message("POST /press", ["origin": origin], "do=look&token=x")) == .foreignOrigin)
  }

  @Test func `a form of which nobody says whose it is, is refused`() {
    var message = Self.message("POST /press", [:], "do=look&token=x")
    #expect(refusal(message) == nil)
    message.headers["origin"] = nil
    #expect(refusal(message) == .foreignOrigin)
    #expect(
      refusal(Self.message("POST /pair", ["sec-fetch-site": "same-site"], "code=1")) == .foreignOrigin)
    #expect(refusal(Self.message("POST /pair", ["sec-fetch-site": "same-origin"], "code=1")) == nil)
  }

  @Test(arguments: [
    "do=close&id=--config&token=x", "do=close&id=-x&token=x", "do=close&id=a%20b&token=x",
    "do=close&id=A&token=x",
    "do=erase&token=x", "do=close&id=x", "token=x", "do=close&id=%00&token=x",
    "do=close&id=\(String(repeating: "a", count: 129))&token=x",
  ])
  func `what is no button of ours, or names an option, is refused`(body: String) {
    #expect(refusal(Self.message("POST /press", [:], body)) == .malformed)
  }

  @Test func `buttons and codes are read`() throws {
    let press = try PageRequest(
      Self.message(
        "POST /press", ["cookie": "other=1; kadomori=abc"],
        "do=close&id=telnet-open%3Adev-aaaaaaaaaaaaaaaa%3Atcp%2F23&token=t"), at: Self.place)
    #expect(press.session == "abc")
    guard case .press(let button) = press.kind else {
      Issue.record("\(press.kind)")
      return
    }
    #expect(
      button.button == .close && button.id == "telnet-open:dev-aaaaaaaaaaaaaaaa:tcp/23" && button.token == "t"
    )
    let pair = try PageRequest(Self.message("POST /pair", [:], "code=1234+5678"), at: Self.place)
    #expect(pair.kind == .pair("1234 5678"))
  }

  @Test func `other paths and methods are not there`() {
    for path in ["/x", "/../etc/passwd", "//", "http://192.168.9.1:8476/", "*", "/press?do=look"] {
      #expect(refusal(Self.message("GET " + path)) == .notThere, "\(path)")
    }
    for start in ["POST /", "GET /press", "HEAD /", "PUT /pair", "OPTIONS /press"] {
      #expect(refusal(Self.message(start)) == .method, "\(start)")
    }
    #expect(refusal(Self.read("GET /", [:])) == .malformed)
    #expect(
      refusal(Self.message("POST /press", ["content-type": "text/plain"], "do=look&token=x")) == .malformed)
  }

  @Test(arguments: [
    ("ja", Language.ja), ("ja-JP,ja;q=0.9,en;q=0.8", .ja), ("en-US,en;q=0.9,ja;q=0.8", .en), ("", .en),
    ("de, ja;q=0.5, en;q=0.7", .en), ("fr", .en), ("en;q=0.1,ja", .ja), (";;,,q=1", .en),
  ])
  func `the language is the one that is wanted most`(header: String, language: Language) throws {
    let request = try PageRequest(Self.message("GET /", ["accept-language": header]), at: Self.place)
    #expect(request.language == language)
  }

  @Test func `two hosts in one request are none`() {
    var reader = HTTPReader()
    let text = "GET / HTTP/1.1\r\nHost: 192.168.9.1:8476\r\nHost: evil.example\r\n\r\n"
    #expect(reader.take(Array(text.utf8)) == .fault(.malformed))
  }

  @Test func `what comes after a request is the next one's`() {
    var reader = HTTPReader()
    let two = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxyGET /b HTTP/1.1\r\n"
    guard case .message(let message) = reader.take(Array(two.utf8)) else {
      Issue.record("not read")
      return
    }
    #expect(message.body == Array("xy".utf8) && reader.rest == Array("GET /b HTTP/1.1\r\n".utf8))
  }
}
