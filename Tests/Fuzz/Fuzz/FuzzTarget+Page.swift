import Addresses
import Agent
import FleetContract
import HTTPMessages
import LocalPage
import Wording

extension FuzzTarget {
  /// What a device of the house sends to the household's page.
  static func page(_ bytes: [UInt8]) {
    let place = "192.168.9.1:8476"
    var reader = HTTPReader(bodyLimit: PageRequest.bodyLimit)
    if case .message(let message) = reader.take(bytes) { ask(message, place) }
    // The same as a form that comes from the page, so that what is behind those checks is reached too.
    let headers = [
      "host": place, "origin": "http://" + place, "content-type": "application/x-www-form-urlencoded",
      "cookie": String(decoding: bytes.prefix(200), as: UTF8.self),
      "accept-language": String(decoding: bytes.suffix(200), as: UTF8.self),
    ]
    var plain = HTTPReader()
    guard case .message(var form) = plain.take(Array("GET / HTTP/1.1\r\n\r\n".utf8)) else { return }
    (form.headers, form.body) = (headers, bytes)
    for path in ["/pair", "/press"] {
      form.start = "POST \(path) HTTP/1.1"
      ask(form, place)
    }
    notice(bytes)
    _ = EventLog.events(in: bytes)
  }

  /// What a broker sends for the page.
  private static func notice(_ bytes: [UInt8]) {
    guard let gateway = GatewayID("gw-aaaaaaaaaaaaaaaa"),
      let note = try? Envelope<NoteBody>(payload: bytes, from: gateway).body.notice
    else { return }
    precondition(note.code.utf8.allSatisfy { (0x30...0x39).contains($0) }, "a code that is no number")
  }

  private static func ask(_ message: HTTPMessage, _ place: String) {
    guard let request = try? PageRequest(message, at: place) else { return }
    precondition(message.headers["host"] == place, "a foreign host")
    switch request.kind {
    case .page, .style: break
    case .pair(let code):
      precondition(message.headers["origin"] == "http://" + place, "a foreign form")
      guard var pairing = try? Pairing(), let real = try? pairing.makeCode(now: .zero) else { return }
      let outcome = pairing.attempt(code, from: .v4(IPv4Address(bits: 1)), now: .zero)
      precondition(outcome == .wrong || code.filter { $0 != " " && $0 != "-" } == real, "a guess was right")
    case .press(let press):
      precondition(message.headers["origin"] == "http://" + place, "a foreign form")
      precondition(
        !press.id.hasPrefix("-") && press.id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "an option")
    }
  }
}
