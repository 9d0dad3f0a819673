import BrokerFixture
import Foundation
import Testing

/// What open ports say when they are asked: real servers on every address of a world, and a worker that asks them.
@Suite struct SecondLookProgramTests {
  /// Serves one page; with a certificate over TLS.
  private static let server = """
    import http.server, ssl, sys
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = sys.argv[2].encode()
            self.send_response(200); self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            print("asked", self.command, self.headers.get("Authorization"), flush=True)
        def log_message(self, *words): pass
    server = http.server.ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Page)
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(sys.argv[3], sys.argv[4])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print("ready", flush=True)
    server.serve_forever()
    """
  /// Says on a raw printer's port, and on one that is mute, what it was sent.
  private static let printer = """
    import socket, sys
    server = socket.socket(); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", int(sys.argv[1]))); server.listen(64)
    print("ready", flush=True)
    while True:
        connection, peer = server.accept()
        while True:
            data = connection.recv(4096)
            if not data: break
            print("printed", data, flush=True)
        print("closed", flush=True)
    """

  @Test func openPortsAreAskedWhatTheyAre() throws {
    let world = try World(listening: [])
    let folder = world.directory.path
    try world.run(
      in: "world",
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
        "2",
        "-keyout", folder + "/s.key", "-out", folder + "/s.crt", "-subj", "/CN=substation-4.example",
      ])
    try world.start(
      in: "world", ["python3", "-c", Self.server, "80", "<title>第2浄水場 水位監視</title>"], log: "page")
    try world.start(
      in: "world",
      ["python3", "-c", Self.server, "8443", "<title>Login</title>", folder + "/s.crt", folder + "/s.key"],
      log: "secure")
    try world.start(in: "world", ["python3", "-c", Self.printer, "9100"], log: "printer")
    for log in ["page", "secure", "printer"] {
      try world.until(log) { world.directory.read(log).contains("ready") ? true : nil }
    }
    let open = [
      "198.18.0.7 . 80", "198.18.0.7 . 8443", "198.18.0.9 . 9100", "198.18.0.9 . 80", "198.18.0.200 . 80",
    ]
    try world.answer(
      open: open,
      // It was open when it was scanned, and nobody is there any more when it is asked.
      before: "ip daddr 198.18.0.200 tcp option timestamp exists drop")
    try world.authorise("198.18.0.0/24")
    let planned = try world.plan(
      "look", "ports: [80, 8443, 9100]\nwait: 500ms\nrate: 2000\nstart_rate: 2000\ntries: 2\nmost_tries: 2\n",
      "--shards", "2", "--look")
    #expect(planned.status == 0, "\(planned.text)")
    let worker = try world.worker("look", log: "worker", "--profiles", Self.profiles)
    #expect(worker.wait() == 0, "\(world.directory.read("worker"))")
    let document = try world.shown("look", list: true)
    let services = document["services"] as? [[String: Any]] ?? []
    func look(_ element: String) -> [String: Any] {
      let service = services.first {
        "\($0["address"] ?? "") . \(($0["service"] as? String ?? "").dropFirst(4))" == element
      }
      return service?["look"] as? [String: Any] ?? [:]
    }
    #expect(services.count == 5)
    let page = look("198.18.0.7 . 80")
    #expect(page["protocol"] as? String == "http" && page["outcome"] as? String == "answered", "\(page)")
    #expect((page["facts"] as? [String: String])?["title"] == "第2浄水場 水位監視")
    #expect((page["facility"] as? [String: Any])?["sector"] as? String == "water")
    let secure = look("198.18.0.7 . 8443")
    #expect(secure["tls"] as? Bool == true && secure["protocol"] as? String == "http", "\(secure)")
    let facts = secure["facts"] as? [String: String] ?? [:]
    #expect(facts["certificate_subject"]?.contains("substation-4.example") == true, "\(facts)")
    #expect((secure["facility"] as? [String: Any])?["sector"] as? String == "power")
    #expect(look("198.18.0.9 . 9100")["outcome"] as? String == "mute")
    // Connections were made to the printer and closed, and not a byte was sent to it.
    let printed = world.directory.read("printer")
    #expect(!printed.contains("printed") && printed.contains("closed"), "\(printed)")
    // Nobody was given a name or a password.
    let asked = world.directory.read("page").split(separator: "\n").filter { $0.hasPrefix("asked") }
    #expect(!asked.isEmpty && asked.allSatisfy { $0 == "asked GET None" }, "\(asked)")
    let looks = (document["results"] as? [String: Any])?["looks"] as? [String: Any]
    #expect(looks?["done"] as? Int == 5 && looks?["left"] as? Int == 0, "\(looks ?? [:])")
    let table = try world.campaign("report", "look", "--list").text
    #expect(table.contains("浄水 (85 %)") && table.contains("not attributable: nobody"), "\(table)")
  }

  static let profiles =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../firmware-profiles")
    .standardizedFileURL.path
}
