import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

/// The household's page of a real agent, as a browser of the house, a hostile device and a stranger find it.
@Suite(.serialized) struct PageTests {
  private static let place = "192.168.9.1:8476"
  private static let device = "dev-aaaaaaaaaaaaaaaa"
  private static let finding = "telnet-open:dev-aaaaaaaaaaaaaaaa:tcp/23"

  /// An agent that serves the page; no scan begins at any time of day, so that what is known stays as it was written.
  private final class House {
    let gateway: Gateway
    private(set) var agent: ChildProgram?

    init(settings: String = "local_page: {enabled: true}\n", hasPosture: Bool = true) throws {
      gateway = try Gateway()
      try gateway.forgetNameServers()
      try configure(settings)
      if hasPosture { try writePosture() }
    }

    deinit { agent?.kill(SIGKILL) }

    func configure(_ settings: String) throws {
      try gateway.directory.write(
        "kadomori.yaml",
        "lan: [{interface: lan0}]\nquiet_hours: [\"00:00-12:00\", \"12:00-00:00\"]\n" + settings)
    }

    private var places: [String] {
      let path = gateway.directory.path
      return ["--state", path + "/state", "--runtime", path + "/run"]
    }

    private var environment: [String] {
      let path = gateway.directory.path
      return [
        "env", "-u", "SSH_CONNECTION", "LANG=C.UTF-8", "KADOMORI_FIREWALL_SOCKET=\(path)/helper.sock",
        "KADOMORI_FIREWALL_STATE=\(path)/firewall",
      ]
    }

    func start() throws {
      agent = try gateway.start(
        in: "gw",
        environment + [Gateway.program, "run", "--config", gateway.directory.path + "/kadomori.yaml"]
          + places,
        log: "agent.log")
      try gateway.until("the agent runs", seconds: 60) {
        FileManager.default.fileExists(atPath: gateway.directory.path + "/run/control.sock") ? true : nil
      }
    }

    func stop() { agent?.kill(SIGTERM) }

    func kadomori(_ words: String..., errors: Bool = true) throws -> (status: CInt, text: String) {
      try gateway.run(in: "gw", environment + [Gateway.program] + words + places, errors: errors)
    }

    func code() throws -> String {
      let text = try gateway.until("a code is made", seconds: 60) { () -> String? in
        let told = try kadomori("page", "code", "--json", errors: false)
        return told.status == 0 ? told.text : nil
      }
      #expect(try Schemas.faults(of: text, by: "page-code") == "")
      let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      #expect(document?["places"] as? [String] == ["http://\(PageTests.place)/"])
      return try #require(document?["code"] as? String)
    }

    /// Asks with curl; the answer is its status, a line, and all of it with its head.
    func curl(in part: String = "lan", _ words: String...) throws -> (status: Int, text: String) {
      let result = try gateway.run(
        in: part, ["curl", "-s", "-i", "--max-time", "20", "-w", "\n%{http_code}"] + words)
      let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
      return (Int(lines.last ?? "") ?? -1, result.text)
    }

    private var jar: String { gateway.directory.path + "/cookies" }

    func page(_ words: [String] = []) throws -> (status: Int, text: String) {
      let all = ["-b", jar, "-c", jar, "http://\(PageTests.place)/"] + words
      return try curl(all)
    }

    func post(
      _ path: String, _ fields: [String], _ headers: [String] = [],
      origin: String? = "http://\(PageTests.place)"
    )
      throws -> (status: Int, text: String)
    {
      var words = ["-b", jar, "-c", jar, "http://\(PageTests.place)\(path)"]
      if let origin { words += ["-H", "Origin: \(origin)"] }
      for header in headers { words += ["-H", header] }
      for field in fields { words += ["--data-urlencode", field] }
      return try curl(words)
    }

    private func curl(_ words: [String]) throws -> (status: Int, text: String) {
      let result = try gateway.run(
        in: "lan", ["curl", "-s", "-i", "--max-time", "20", "-w", "\n%{http_code}"] + words)
      return (Int(result.text.split(separator: "\n").last ?? "") ?? -1, result.text)
    }

    func press(_ button: String, _ id: String = "") throws -> (status: Int, text: String) {
      let token = try #require(try page().text.firstMatch(of: /name="token" value="([0-9a-f]+)"/)).output.1
      return try post("/press", ["token=\(token)", "do=\(button)"] + (id.isEmpty ? [] : ["id=\(id)"]))
    }

    private func writePosture() throws {
      let camera = Device(
        id: PageTests.device, mac: MACAddress("00:00:5e:00:53:01"),
        addresses: [try #require(IPAddress("192.168.9.2"))],
        names: ["<script>alert(1)</script>"], kind: .camera,
        services: [Service(port: .tcp(23), protocol: .telnet), Service(port: .tcp(80), protocol: .http)])
      let findings = [
        Finding(
          check: "telnet-open", severity: .high, device: camera.id, service: .tcp(23), remedy: "turn-off"),
        Finding(
          check: "management-page-without-tls", severity: .low, device: camera.id, service: .tcp(80),
          remedy: "secure-page"),
      ]
      let scan = ScanFacts(
        interface: "lan0", networks: [], started: WallTime(milliseconds: 1_800_000_000_000),
        durationMilliseconds: 1, complete: true)
      let report = PostureReport(scan: scan, devices: [camera], findings: findings)
      try gateway.directory.write(
        "state/posture-lan0.json", String(decoding: JSONEncoder().encode(report), as: UTF8.self))
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `nobody who is not paired, or not of the house, sees or presses anything`() throws {
    let house = try House()
    try house.start()
    let code = try house.code()
    let wrong = (code.hasPrefix("0") ? "1" : "0") + code.dropFirst()
    let url = "http://\(Self.place)/"

    // A browser of the house that is not paired.
    let welcome = try house.page(["-H", "Accept-Language: ja"])
    #expect(welcome.status == 200 && welcome.text.contains("登録コード"), "\(welcome.text)")
    #expect(
      !welcome.text.contains("192.168.9.2") && !welcome.text.contains("Telnet"), "nothing of what was found")
    #expect(try house.curl(url + "style.css").status == 200)
    #expect(try house.curl(url + "etc/passwd").status == 404)
    #expect(try house.post("/press", ["token=x", "do=close", "id=\(Self.finding)"]).status == 403)

    // A name of somebody else that leads to our address, and forms of other pages.
    #expect(try house.curl("-H", "Host: evil.example:8476", url).status == 421)
    #expect(try house.curl("-H", "Host: localhost:8476", url).status == 421)
    for origin in ["http://evil.example", "null", nil] {
      #expect(try house.post("/pair", ["code=\(code)"], origin: origin).status == 403, "\(origin ?? "none")")
    }
    #expect(
      try house.post("/pair", ["code=\(code)"], ["Sec-Fetch-Site: cross-site"]).status == 403)
    #expect(try house.curl("-X", "DELETE", url).status == 405)
    #expect(try house.post("/pair", ["code=" + String(repeating: "1", count: 5000)]).status == 413)

    // A stranger, who sends to the address of the LAN by the gateway, and to that of the Internet's side.
    try house.gateway.ip("wan", "route add 192.168.9.0/24 via \(Gateway.wan4)")
    #expect(try house.curl(in: "wan", "--connect-timeout", "3", url).status == 0)
    #expect(try house.curl(in: "wan", "--connect-timeout", "3", "http://\(Gateway.wan4):8476/").status == 0)
    #expect(try house.curl("--connect-timeout", "3", "http://\(Gateway.wan4):8476/").status == 0)

    // Somebody in the house whose address is none of it.
    try house.gateway.ip("lan", "address add 10.66.0.2/24 dev eth0")
    try house.gateway.ip("gw", "route add 10.66.0.0/24 dev lan0")
    #expect(try house.curl("--interface", "10.66.0.2", "--connect-timeout", "3", url).status == 0)

    // Whoever guesses.
    for _ in 0..<5 { #expect(try house.post("/pair", ["code=\(wrong)"]).status == 403) }
    let locked = try house.post("/pair", ["code=\(code)"])
    #expect(locked.status == 429 && locked.text.contains("Retry-After: "), "\(locked.text)")
    let events = try house.kadomori("events")
    #expect(events.text.matches(of: /page: a wrong code/).count == 5, "\(events.text)")
    // Another device of the house is not locked out.
    try house.gateway.ip("lan", "address add 192.168.9.3/24 dev eth0")
    let paired = try house.curl(
      "--interface", "192.168.9.3", "-H", "Origin: http://\(Self.place)", "--data", "code=\(code)",
      url + "pair")
    #expect(paired.status == 303 && paired.text.contains("HttpOnly; SameSite=Strict"), "\(paired.text)")
    house.stop()
  }

  @Test(.timeLimit(.minutes(8))) func `what is pressed is closed on trial, kept, and opened again`() throws {
    let house = try House()
    let gateway = house.gateway
    try gateway.listen(in: "lan", "tcp/23")
    try gateway.nft(
      "table ip forwards { chain prerouting { type nat hook prerouting priority dstnat; iifname wan0 tcp dport 2323 dnat to 192.168.9.2:23; }; }"
    )
    try gateway.activate()
    try house.start()
    #expect(try house.post("/pair", ["code=\(house.code())"]).status == 303)

    // What strangers reach is found out beside the page, which asks again by itself.
    let page = try gateway.until("the button is there", seconds: 60) { () -> String? in
      let page = try house.page()
      return page.status == 200 && page.text.contains("value=\"close\"") ? page.text : nil
    }
    #expect(
      page.matches(of: /value="close"/).count == 1, "the page without TLS is no business of the gateway")
    #expect(page.contains("http://192.168.9.2:80/"), "but the way there is")
    #expect(!page.contains("<script") && page.contains("&lt;script&gt;"))
    #expect(try gateway.openPorts("2323") == ["tcp/2323"])

    // A form of ours with another browser's token presses nothing, nor one for something that the page does not offer.
    #expect(try house.post("/press", ["token=cafe", "do=close", "id=\(Self.finding)"]).status == 403)
    #expect(try house.press("close", "management-page-without-tls:\(Self.device):tcp/80").status == 303)
    #expect(try house.press("open", "cl-aaaaaaaa").status == 303)
    #expect(try house.press("keep", "plan-aaaaaaaa").status == 303)
    #expect(try gateway.openPorts("2323") == ["tcp/2323"])

    #expect(try house.press("close", Self.finding).status == 303)
    let closed = try gateway.until("it is closed", seconds: 90) { () -> String? in
      let text = try house.page().text
      return text.contains("value=\"keep\"") ? text : nil
    }
    #expect(closed.contains("On trial"), "\(closed)")
    #expect(try gateway.openPorts("2323").isEmpty)
    let plan = try #require(closed.firstMatch(of: /value="(plan-[a-z0-9]+)"/)).output.1
    let id = try #require(closed.firstMatch(of: /value="(cl-[a-z0-9]+)"/)).output.1
    #expect(try house.press("keep", String(plan)).status == 303)
    try gateway.until("it is kept", seconds: 60) {
      try house.page().text.contains("Stays closed") ? true : nil
    }

    // The agent starts anew: the browser is still paired, and what was closed is still there to be opened.
    house.stop()
    try house.start()
    try gateway.until("the page is there again", seconds: 60) {
      try house.page().text.contains("Stays closed") ? true : nil
    }
    #expect(try house.press("open", String(id)).status == 303)
    try gateway.until("it is open", seconds: 60) {
      try house.page().text.contains("It is open again") ? true : nil
    }
    #expect(try gateway.openPorts("2323") == ["tcp/2323"])

    // All of that was noted, once and in its order.
    let told = try house.kadomori("events", "--json", errors: false)
    #expect(try Schemas.faults(of: told.text, by: "happenings") == "")
    let document = try JSONSerialization.jsonObject(with: Data(told.text.utf8)) as? [String: Any]
    let events = (document?["events"] as? [[String: Any]] ?? []).map {
      "\($0["subject"] ?? "") \($0["what"] ?? "")"
    }
    #expect(
      events == [
        "agent started", "configuration changed", "page paired", "page close", "closing applied",
        "closing verified",
        "page keep", "closing confirmed", "agent stopped", "agent started", "page open", "closing undone",
      ], "\(events)")

    // The same cookie from another device opens nothing: it was listened in on.
    try gateway.ip("lan", "link set eth0 address 00:00:5e:00:53:99")
    try gateway.ip("gw", "neigh flush all")
    #expect(try house.page().text.contains("name=\"code\""))
    #expect(try house.post("/press", ["token=x", "do=look"]).status == 403)
    house.stop()
  }

  /// By hand and eye of a real browser without scripts: whether its forms carry what the agent asks for, and how it looks.
  @Test(.timeLimit(.minutes(5))) func `a real browser pairs, shows, prints and presses`() throws {
    let house = try House()
    let gateway = house.gateway
    try gateway.listen(in: "lan", "tcp/23")
    try gateway.nft(
      "table ip forwards { chain prerouting { type nat hook prerouting priority dstnat; iifname wan0 tcp dport 2323 dnat to 192.168.9.2:23; }; }"
    )
    try gateway.activate()
    try house.start()
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let tools = here.appending(path: "../../Collector/ServerTests").standardizedFileURL.path
    let looked = try gateway.run(
      in: "lan",
      [
        "python3", here.appending(path: "look_at_page.py").path, tools, "http://\(Self.place)/", house.code(),
        gateway.directory.path, "close",
      ])
    #expect(looked.status == 0 && looked.text == "right\n", "\(looked.text)")
    #expect(try gateway.openPorts("2323").isEmpty)
    house.stop()
  }

  @Test(.timeLimit(.minutes(5)))
  func `it is not there unless it is switched on, and says why where it cannot be`() throws {
    let house = try House(settings: "", hasPosture: false)
    try house.start()
    let none = try house.kadomori("page", "code")
    #expect(none.status == 3 && none.text.contains("local_page"), "\(none.text)")
    #expect(try house.curl("--connect-timeout", "3", "http://\(Self.place)/").status == 0)

    // Somebody else has the port.
    try house.gateway.listen(in: "gw", "tcp/8476")
    try house.configure("local_page: {enabled: true}\n")
    #expect(try house.kadomori("page", "forget").status == 0)
    house.agent?.signal(SIGHUP)
    let refused = try house.gateway.until("it says why", seconds: 60) { () -> String? in
      let told = try house.kadomori("page", "code")
      return told.status == 69 && told.text.contains("not served on lan0") ? told.text : nil
    }
    #expect(refused.contains("port"), "\(refused)")

    // With a port of its own, and before any scan.
    try house.configure("local_page: {enabled: true, port: 8477}\n")
    house.agent?.signal(SIGHUP)
    let code = try house.gateway.until("there is a code", seconds: 60) { () -> Substring? in
      let told = try house.kadomori("page", "code", "--json", errors: false).text
      return told.contains("8477") ? told.firstMatch(of: /"code" : "([0-9]+)"/)?.output.1 : nil
    }
    let place = "http://192.168.9.1:8477"
    let paired = try house.curl("-H", "Origin: \(place)", "--data", "code=\(code)", place + "/pair")
    let cookie = try #require(paired.text.firstMatch(of: /Set-Cookie: (kadomori=[0-9a-f]+)/)).output.1
    let page = try house.curl("-b", String(cookie), place + "/")
    #expect(page.status == 200 && page.text.contains("Nothing was looked at yet"), "\(page.text)")

    // What was paired is forgotten on a word at the gateway.
    #expect(try house.kadomori("page", "forget").status == 0)
    #expect(try house.curl("-b", String(cookie), place + "/").text.contains("name=\"code\""))
    house.stop()
  }
}
