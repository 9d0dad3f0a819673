/// The addresses of a dashboard's pages, with arguments by chance.
struct PageQuestions {
  typealias Path = (inout SplitMix) -> String

  private(set) var all: [(name: String, path: Path)] = []

  /// Looks for where lists go on and for findings, as a reader would, by following links.
  init(_ client: PageClient, _ cookie: String, gateways: Int, isTenant: Bool) throws {
    func number(_ random: inout SplitMix, _ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }
    func one<Value>(_ values: [Value], _ random: inout SplitMix) -> Value {
      values[number(&random, values.count)]
    }
    func gateway(_ random: inout SplitMix) -> String { WorldSQL.gateway(number(&random, gateways)) }
    func area(_ random: inout SplitMix) -> String { isTenant ? "area-7" : "area-\(number(&random, 100))" }
    var cursors: [String] = []
    var next = ""
    for _ in 0..<20 {
      let text = try client.get("/findings?after=" + next, cookie: cookie).text
      guard let found = Self.values(of: "after=", in: text).last else { break }
      next = found
      cursors.append(found)
    }
    var own: [String] = []
    for page in 0..<5 {
      let text = try client.get("/gateways?state=online&after=" + (own.last ?? ""), cookie: cookie).text
      own += Self.values(of: "href=\"/gateways/", in: text)
      if page == 0, own.isEmpty { break }
    }
    var findings: [String] = []
    for gateway in own.prefix(10) {
      let text = try client.get("/gateways/" + gateway, cookie: cookie).text
      findings += Self.values(of: "href=\"/gateways/\(gateway)/findings/", in: text).map {
        "/gateways/\(gateway)/findings/\($0)"
      }
    }
    let severities = ["critical", "high", "medium", "low", "info"]
    all = [
      ("overview", { _ in "/" }),
      ("gateways: first page", { _ in "/gateways" }),
      ("gateways: a later page", { "/gateways?after=\(gateway(&$0))" }),
      (
        "gateways: of a state or grade",
        { random in
          let state = one(["", "online", "offline", "lost", "revoked"], &random)
          let grade = one(["", "A", "C", "E"], &random)
          let after = random.next() % 2 == 0 ? "" : gateway(&random)
          return "/gateways?state=\(state)&grade=\(grade)&after=\(after)"
        }
      ),
      ("gateways: of an area", { "/gateways?group=\(area(&$0))&after=\(gateway(&$0))" }),
      (
        "search: a gateway's name",
        { random in
          let length = 3 + number(&random, 16)
          return "/gateways?q=\(gateway(&random).prefix(length))"
        }
      ),
      (
        "search: an address",
        { random in
          let n = number(&random, gateways)
          return "/gateways?q=10.\(n >> 16 & 255).\(n >> 8 & 255)"
        }
      ),
      ("search: a device's name", { "/gateways?q=camera-\(number(&$0, gateways))" }),
      ("search: what everybody has", { _ in "/gateways?q=camera" }),
      ("search: what nobody has", { "/gateways?q=camera-\(number(&$0, gateways))-none" }),
      ("gateway: its page", { own.isEmpty ? "/gateways" : "/gateways/" + one(own, &$0) }),
      ("findings: first page", { _ in "/findings" }),
      ("findings: a later page", { "/findings?after=" + (cursors.isEmpty ? "" : one(cursors, &$0)) }),
      (
        "findings: by severity and stage",
        { random in
          let which = one(["open", "all", "closed", "notified", "reopened", "detected"], &random)
          return "/findings?severity=\(one(severities, &random))&which=\(which)"
        }
      ),
      ("findings: of an area", { "/findings?group=\(area(&$0))&severity=\(one(severities, &$0))" }),
      (
        "findings: by check",
        { random in
          let checks = ["telnet-open", "weak-tls", "facility-named-page", "medical-protocol-open"]
          let which = one(["open", "all", "closed"], &random)
          return "/findings?check=\(one(checks, &random))&which=\(which)"
        }
      ),
      ("finding: its page", { findings.isEmpty ? "/findings" : one(findings, &$0) }),
      ("regions", { _ in "/regions" }), ("inside and outside", { _ in "/agreement" }),
    ]
    if !isTenant { all += [("notices and trials", { _ in "/notices" }), ("audit", { _ in "/audit" })] }
  }

  /// What stands behind a word, up to the end of the attribute.
  private static func values(of word: String, in text: String) -> [String] {
    text.split(separator: word, omittingEmptySubsequences: false).dropFirst().map {
      String($0.prefix { $0 != "\"" && $0 != "&" })
    }.filter { !$0.isEmpty && !$0.contains("/") }
  }
}
