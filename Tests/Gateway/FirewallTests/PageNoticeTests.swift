import Addresses
import BrokerFixture
import Foundation
import Testing

/// A notice on its way from a collector beyond the WAN to the page of the house.
@Suite(.serialized) struct PageNoticeTests {
  private static let collector = Gateway.program.replacing(/kadomori$/, with: "kadomori-collector")
  private static let place = "http://192.168.9.1:8476"
  private static let finding = "telnet-open:dev-aaaaaaaaaaaaaaaa:tcp/23"

  private struct Street {
    let gateway: Gateway
    let provider: ChildProgram
    let agent: ChildProgram
    let name: String

    init() throws {
      let gateway = try Gateway()
      try gateway.forgetNameServers()
      let path = gateway.directory.path
      provider = try gateway.start(
        in: "wan",
        [collector, "run", "--state", path + "/collector", "--listen", "198.51.100.2", "--plain"],
        log: "collector.log")
      try gateway.until("the broker is there") {
        gateway.directory.read("collector.log").contains("connected to") ? true : nil
      }
      try gateway.directory.write(
        "notices.yaml",
        """
        state: \(path)/collector
        broker: {host: 198.51.100.2}
        notices: {letters: \(path), page: true}

        """)
      // No scan begins at any time of day.
      try gateway.directory.write(
        "kadomori.yaml",
        """
        lan: [{interface: lan0}]
        quiet_hours: ["00:00-12:00", "12:00-00:00"]
        broker: {host: 198.51.100.2}
        local_page: {enabled: true}

        """)
      agent = try gateway.start(
        in: "gw",
        ["env", "LANG=C.UTF-8", Gateway.program, "run", "--config", path + "/kadomori.yaml"]
          + ["--state", path + "/state", "--runtime", path + "/run"], log: "agent.log")
      name = try gateway.until("the gateway reports", seconds: 60) {
        let fleet = try gateway.run(in: "wan", [collector, "fleet", "--state", path + "/collector"])
        return fleet.text.split(separator: "\n").first { $0.hasPrefix("gw-") && $0.contains("online") }
          .map { String($0.prefix(19)) }
      }
      self.gateway = gateway
    }

    /// Has the broker say that the gateway found something, or finds it no more.
    func tell(_ seq: Int, _ event: String) throws {
      let payload = """
        {"v":"1.0","gateway":"\(name)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"2026-11-22T23:19:00Z",\
        "clock_synced":true,"kind":"finding","body":{"event":"\(event)","finding":{"id":"\(finding)",\
        "check":"telnet-open","severity":"high","device":"dev-aaaaaaaaaaaaaaaa","service":"tcp/23",\
        "evidence":{"protocol":"telnet"},"remedy":"turn-off"}}}
        """
      let told = try gateway.run(
        in: "wan",
        [
          "mosquitto_pub", "-h", "198.51.100.2", "-V", "5", "-q", "1", "-t",
          "kadomori/v1/\(name)/evt/finding", "-m", payload,
        ])
      #expect(told.status == 0, "\(told)")
      let stage = event == "opened" ? /stage +detected since/ : /stage +closed since/
      try gateway.until("the collector knows") {
        try collect("finding", name, finding).text.contains(stage) ? true : nil
      }
    }

    @discardableResult
    func collect(_ words: String...) throws -> (status: CInt, text: String) {
      try gateway.run(
        in: "wan", [collector] + words + ["--state", gateway.directory.path + "/collector"])
    }

    func send() throws -> (status: CInt, text: String) {
      try collect("notices", "send", "--config", gateway.directory.path + "/notices.yaml")
    }

    func page(_ words: String...) throws -> String {
      let jar = gateway.directory.path + "/cookies"
      return try gateway.run(
        in: "lan", ["curl", "-s", "-i", "--max-time", "20", "-b", jar, "-c", jar] + words
      ).text
    }

    func pair() throws {
      let path = gateway.directory.path
      let code = try gateway.until("a code is made", seconds: 60) { () -> String? in
        let told = try gateway.run(
          in: "gw",
          [
            Gateway.program, "page", "code", "--json", "--state", path + "/state", "--runtime", path + "/run",
          ],
          errors: false)
        return told.text.firstMatch(of: /"code" : "([0-9]{8})"/).map { String($0.output.1) }
      }
      _ = try page("-H", "Origin: \(place)", "--data-urlencode", "code=\(code)", place + "/pair")
    }
  }

  @Test(.timeLimit(.minutes(5))) func `the number of a letter is on the page of the house`() throws {
    let street = try Street()
    defer { street.provider.kill(SIGTERM) }
    let gateway = street.gateway
    try street.tell(100_000, "opened")
    let list = try gateway.directory.write(
      "contacts.csv", "gateway,channel,recipient,language\n\(street.name),letter,Hanako,ja\n")
    #expect(try street.collect("notices", "contacts", list).status == 0)
    #expect(try street.collect("notices", "queue", "--by", "letter").status == 0)
    let sent = try street.send()
    #expect(sent.status == 0 && sent.text.contains("2 sent"), "\(sent)")
    let letter = try gateway.run(
      in: "lan", ["pdftotext", gateway.directory.path + "/notice-1.pdf", "-"]
    ).text.filter { !$0.isNewline }
    let number = try #require(letter.firstMatch(of: /確認番号は([0-9]{8})です/), "\(letter)").output.1

    try street.pair()
    let shown = try gateway.until("the page has it", seconds: 60) { () -> String? in
      let page = try street.page(Self.place + "/")
      return page.contains("<p class=\"code\">\(number)</p>") ? page : nil
    }
    #expect(!shown.contains("Checked again, and safe."))
    #expect(
      shown.contains("An old door for remote control (telnet) is open"),
      "what it is about, in the gateway's own words: \(shown)")

    try street.tell(100_001, "closed")
    #expect(try street.send().text.contains("1 sent"))
    let safe = try gateway.until("the page says that it is safe", seconds: 60) { () -> String? in
      let page = try street.page(Self.place + "/")
      return page.contains("Checked again, and safe.") ? page : nil
    }
    #expect(safe.matches(of: /<p class="code">/).count == 1 && safe.contains(number))
    street.agent.kill(SIGTERM)
  }
}
