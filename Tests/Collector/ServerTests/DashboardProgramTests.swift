import BrokerFixture
import Foundation
import Glibc
import LinuxIO
import Posture
import Testing

/// The dashboard of a real collector: over TLS, with what real gateways sent through a real broker.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DashboardProgramTests {
  /// What devices could be named by somebody who wants to be read by an operator.
  private static let names = [
    "<script>alert(1)</script>", #""><img src=x onerror=alert(1)>"#, "'-alert(1)-'", "{{7*7}}",
    "\u{202e}gnp.exe",
    "カメラ", "a\u{0}b\u{1b}[31m", "</bdi></td></table><h1>gone</h1>",
  ]
  private static let finding = "telnet-open:dev-a:tcp/23"

  private final class Scene {
    let provider: Provider
    let port: UInt16
    let east: String
    let west: String

    init() throws {
      provider = try Provider()
      port = try freePort()
      let path = provider.directory.path
      let made = try provider.run(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj",
          "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "page.key", "-out",
          "page.crt",
        ])
      try #require(made.status == 0, "\(made)")
      let text = provider.directory.read("collector.yaml")
      _ = try provider.directory.write(
        "collector.yaml",
        text
          + "dashboard: {listen: \"127.0.0.1:\(port)\", certificate: \(path)/page.crt, key: \(path)/page.key}\n"
      )
      try provider.start()
      east = try provider.gateway("one", group: "east")
      west = try provider.gateway("two", group: "west")
      try add("olga", "--role", "operator")
      try add("tess", "--role", "tenant", "--group", "east")
      for (name, gateway) in [("one", east), ("two", west)] {
        try tell(name, gateway, 1, "twin/devices", "devices", devices)
        try tell(name, gateway, 2, "evt/finding", "finding", opened)
      }
      for gateway in [east, west] {
        try provider.wait { try provider.done("gateway", gateway).contains("telnet-open") }
      }
    }

    var address: String { "https://localhost:\(port)" }

    private var devices: String {
      let list = DashboardProgramTests.names.enumerated().map { number, name -> [String: Any] in
        [
          "id": "dev-\(number)", "kind": "camera", "confidence": 0.5, "names": [name], "vendor": name,
          "model": name, "services": [],
        ]
      }
      let body =
        (try? JSONSerialization.data(withJSONObject: ["part": 1, "parts": 1, "devices": list])) ?? Data()
      return String(decoding: body, as: UTF8.self)
    }

    private var opened: String {
      """
      {"event":"opened","finding":{"id":"\(DashboardProgramTests.finding)","check":"telnet-open","severity":"high",\
      "device":"dev-a","service":"tcp/23","evidence":{"protocol":"telnet"},"remedy":"close-telnet"}}
      """
    }

    private func tell(
      _ name: String, _ gateway: String, _ seq: Int, _ topic: String, _ kind: String, _ body: String
    ) throws {
      let payload = """
        {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
        "clock_synced":true,"kind":"\(kind)","body":\(body)}
        """
      #expect(try provider.publish(as: name, "kadomori/v1/\(gateway)/\(topic)", payload) == 0)
    }

    /// Makes an account with the password that all have here.
    func add(_ arguments: String...) throws {
      let script =
        "printf 'correct horse battery\\n' | \"$0\" user add \"$@\" --by test --state \(provider.state)"
      let result = try provider.run("sh", ["-c", script, CollectorProgram.path] + arguments)
      try #require(result.status == 0, "\(result)")
    }

    func curl(_ path: String, _ jar: String, _ more: String...) throws -> (status: Int, text: String) {
      let result = try provider.run(
        "curl",
        ["-sS", "--cacert", "page.crt", "-b", jar, "-c", jar, "-w", "\n%{http_code}", address + path] + more)
      try #require(result.status == 0, "\(path): \(result)")
      var lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
      let status = Int(lines.removeLast()) ?? 0
      return (status, lines.joined(separator: "\n"))
    }

    func signIn(_ name: String) throws -> String {
      let form = try curl("/sign-in", name).text
      let start = try #require(form.range(of: "name=\"csrf\" value=\""))
      let token = form[start.upperBound...].prefix { $0 != "\"" }
      let answer = try curl(
        "/sign-in", name, "-d", "name=\(name)", "--data-urlencode", "password=correct horse battery", "-d",
        "csrf=\(token)")
      try #require(answer.status == 303, "\(answer)")
      return name
    }
  }

  private func path(_ gateway: String) -> String {
    "/gateways/\(gateway)/findings/telnet-open%3Adev-a%3Atcp%2F23"
  }

  @Test func `what gateways send stays text, and each sees its own`() throws {
    let scene = try Scene()
    let olga = try scene.signIn("olga")
    let page = try scene.curl("/gateways/\(scene.east)", olga)
    #expect(page.status == 200)
    for raw in ["<script>alert", "<img src=x", "<h1>gone", "\u{202e}", "\u{1b}", "\u{0}"] {
      #expect(!page.text.contains(raw), "\(raw.debugDescription)")
    }
    #expect(
      page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.text.contains("\\u{202e}gnp.exe"))
    let life = try scene.curl(path(scene.east), olga)
    #expect(life.status == 200 && life.text.contains("tcp/23"))

    let tess = try scene.signIn("tess")
    #expect(try scene.curl(path(scene.east), tess).status == 200)
    for foreign in ["/gateways/\(scene.west)", path(scene.west)] {
      #expect(try scene.curl(foreign, tess).status == 404)
    }
    #expect(try !scene.curl("/gateways", tess).text.contains(scene.west))
    #expect(try scene.curl("/sign-in", tess, "-X", "DELETE").status == 405)
    #expect(try scene.curl("/sign-in", tess, "-X", "BREW").status == 400, "a method that HTTP does not know")

    // Who is erased is gone from here too.
    try scene.provider.done("erase", scene.west, "--yes", "--by", "test")
    #expect(try scene.curl("/gateways/\(scene.west)", olga).status == 404)
    #expect(try scene.provider.done("audit").contains("signed_in"))
  }

  @Test func `the API answers as it describes itself, and ends with the collector`() throws {
    let scene = try Scene()
    let provider = scene.provider
    let token = try provider.done(
      "token", "add", "a program", "--scope", "read", "--scope", "decide", "--scope", "provider", "--by",
      "test")
    _ = try provider.json("access-tokens", "token", "list")
    _ = try provider.json("accounts", "user", "list")
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let top = here.appending(path: "../../..").standardizedFileURL.path()
    let until = WallTime(milliseconds: Clocks.wall.milliseconds + 9 * 86_400_000).description.prefix(10)
    let judged = try provider.run(
      "python3",
      [
        here.appending(path: "check_api.py").path(), top + "/Sources", top + "/Tests/Support/BrokerFixture",
        scene.address, "page.crt", token, "gateway=\(scene.east)", "finding=\(Self.finding)",
        "until=\(until)",
      ])
    #expect(judged.text == "right", "\(judged)")

    // A live list that stays open holds nobody up who wants to end the collector.
    let live = try ChildProgram(
      "curl",
      [
        "-sSN", "--cacert", provider.directory.path + "/page.crt", "-H", "Authorization: Bearer \(token)",
        scene.address + "/api/v1/regions/live",
      ], output: provider.directory.path + "/live")
    try provider.wait { provider.directory.read("live").contains("\"east\"") }
    #expect(provider.stop() == 0)
    live.kill(SIGTERM)
  }

  @Test func `what cannot work is said before anything starts`() throws {
    let provider = try Provider()
    let text = provider.directory.read("collector.yaml")
    func tried(_ dashboard: String) throws -> (status: Int32, text: String, said: String) {
      _ = try provider.directory.write("collector.yaml", text + "dashboard: \(dashboard)\n")
      return try provider.command("run", "--config", provider.configuration)
    }
    let open = try tried("{listen: \"0.0.0.0:8445\"}")
    #expect(open.status == 65 && open.said.contains("passwords could be read on their way"))
    let missing = try tried("{listen: \"127.0.0.1:8445\", certificate: /none.crt, key: /none.key}")
    #expect(missing.status == 69 && missing.said.contains("cannot be used as certificate and key"))
    #expect(try tried("{listen: \"127.0.0.1:8445\", key: /none.key}").status == 65)
    #expect(try tried("{listen: \"unix:relative\"}").status == 65)
    let taken = try listenOnLoopback()
    defer { close(taken.descriptor) }
    let busy = try tried("{listen: \"127.0.0.1:\(taken.port)\"}")
    #expect(busy.status == 69 && busy.said.contains("Choose another address with 'dashboard: {listen: …}'"))
  }

  @Test func `accounts and tokens are made with care`() throws {
    let provider = try Provider()
    try provider.start()
    func add(_ password: String, _ arguments: String...) throws -> (status: Int32, text: String, said: String)
    {
      let script = "printf '%s\\n' \"$1\" | \"$0\" user add \"${@:2}\" --by test --state \(provider.state)"
      return try provider.run("bash", ["-c", script, CollectorProgram.path, password] + arguments)
    }
    #expect(try add("short", "anna", "--role", "operator").said.contains("15 characters or more"))
    #expect(try add("aaaaaaaaaaaaaaaaaaaa", "anna", "--role", "operator").status == 64)
    #expect(
      try add("correct horse battery", "tess", "--role", "tenant").said.contains("say which with --group"))
    #expect(try provider.done("user", "list").contains("ACCOUNT"))
    #expect(try add("correct horse battery", "anna", "--role", "operator").status == 0)
    let again = try add("correct horse battery", "anna", "--role", "tenant", "--group", "east")
    #expect(again.status == 64 && again.said.contains("already"))
    #expect(try provider.command("user", "remove", "ben", "--by", "test").status == 3)
    #expect(try provider.command("token", "revoke", "none", "--by", "test").status == 3)
    #expect(try provider.command("token", "add", "x", "--days", "367", "--by", "test").status == 64)
    let token = try provider.done("token", "add", "x", "--by", "test")
    let secret = try #require(token.split(separator: "_").last)
    let listed = try provider.done("token", "list", "--json") + provider.done("audit")
    #expect(!listed.contains(secret) && !listed.contains("battery") && !listed.contains("scrypt"))
    try provider.done("user", "remove", "anna", "--by", "test")
    #expect(try provider.done("audit").contains("account_removed"))
  }

  @Test func `pages can be read, heard and used by keyboard, without scripts, narrow and wide`() throws {
    let scene = try Scene()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check_pages.py").path()
    let result = try ChildProgram(
      "timeout",
      [
        "240", "python3", script, scene.address, "olga", "correct horse battery",
        scene.provider.directory.path,
        "/", "/gateways", "/gateways/\(scene.east)", "/findings", path(scene.east), "/regions", "/agreement",
        "/campaigns", "/notices", "/audit", "/nothing",
      ], output: scene.provider.directory.path + "/judged"
    ).wait()
    #expect(
      result == 0 && scene.provider.directory.read("judged") == "right\n",
      "\(scene.provider.directory.read("judged"))")
  }
}
