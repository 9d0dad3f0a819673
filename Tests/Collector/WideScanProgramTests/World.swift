import BrokerFixture
import Foundation

/// Many addresses behind one real kernel, and a scanner on the other end of a cable: two network namespaces of its own,
/// from which nothing leads out.
///
/// Needs root, nft and python3.
final class World {
  static let ports = [22, 23, 25, 80, 110, 143, 443, 445, 3389, 8080]
  static let block = "198.18.0.0/15"

  let directory: TemporaryDirectory
  private let name = "kws\(UInt32.random(in: 0 ..< 1 << 24))"
  private var programs: [ChildProgram] = []
  private var parts: [String] = []

  static let collector: String = {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "kadomori-collector").path
  }()

  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path

  /// Listens on these ports of every address with what closes at once; on others a test starts its own servers.
  init(listening: [Int] = World.ports) throws {
    directory = try TemporaryDirectory()
    for part in ["scan", "world"] {
      try sh("ip", ["netns", "add", "\(name)-\(part)"])
      parts.append(part)
      try ip(part, "link set lo up")
    }
    try cable()
    try ip("world", "route add local \(Self.block) dev lo")
    try ip("world", "-6 route add local 2001:db8:100::/40 dev lo")
    try start(
      in: "world", ["python3", Self.here + "/listeners.py"] + listening.map(String.init), log: "listeners")
    try until("listeners are ready") { directory.read("listeners").contains("ready") ? true : nil }
    try prepareKey()
  }

  deinit {
    for program in programs { program.kill(SIGKILL) }
    for part in parts { _ = try? sh("ip", ["netns", "del", "\(name)-\(part)"]) }
  }

  /// Lays the cable between scanner and world.
  func cable() throws {
    try sh(
      "ip",
      [
        "link", "add", "scan0", "netns", name + "-scan", "type", "veth", "peer", "name", "eth0", "netns",
        name + "-world",
      ])
    for (part, device, number) in [("scan", "scan0", 2), ("world", "eth0", 1)] {
      try ip(part, "link set \(device) up")
      try ip(part, "address add 198.51.100.\(number)/24 dev \(device)")
      try ip(part, "address add 2001:db8::\(number)/64 dev \(device) nodad")
    }
    try ip("scan", "route add \(Self.block) via 198.51.100.1")
    try ip("scan", "-6 route add 2001:db8:100::/40 via 2001:db8::1")
  }

  /// Adds a network namespace; returns what it is called here, and by the kernel.
  func room(_ part: String) throws -> (name: String, namespace: String) {
    try sh("ip", ["netns", "add", "\(name)-\(part)"])
    parts.append(part)
    try ip(part, "link set lo up")
    return (part, "\(name)-\(part)")
  }

  /// Adds a customer's router behind the world, which the prefix is routed to; returns its address.
  func customer(_ number: String, prefix: String) throws -> String {
    let part = "home" + number
    try sh("ip", ["netns", "add", "\(name)-\(part)"])
    parts.append(part)
    try sh(
      "ip",
      [
        "link", "add", "wan0", "netns", "\(name)-\(part)", "type", "veth", "peer", "name", "home" + number,
        "netns",
        name + "-world",
      ])
    try ip(part, "link set wan0 up")
    try ip("world", "link set home\(number) up")
    try ip(part, "address add 2001:db8:f\(number)::2/64 dev wan0 nodad")
    try ip("world", "address add 2001:db8:f\(number)::1/64 dev home\(number) nodad")
    try ip(part, "-6 route add default via 2001:db8:f\(number)::1")
    // What it has not given to its LAN it refuses, as RFC 7084 asks for (section 4.3, WPD-5).
    try ip(part, "-6 route add unreachable \(prefix)")
    try ip("world", "-6 route add \(prefix) via 2001:db8:f\(number)::2")
    for part in ["world", part] {
      let settings =
        "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit"
      try run(in: part, ["sh", "-c", settings])
    }
    return "2001:db8:f\(number)::2"
  }

  func ip(_ part: String, _ words: String) throws {
    try sh("ip", ["-n", "\(name)-\(part)"] + words.split(separator: " ").map(String.init))
  }

  @discardableResult
  private func sh(_ program: String, _ arguments: [String]) throws -> String {
    let result = try BrokerFixture.run(program, arguments, in: directory)
    guard result.status == 0 else { throw FixtureError("\(program) \(arguments): \(result.text)") }
    return result.text
  }

  /// Runs a program to its end in `scan` or `world`.
  @discardableResult
  func run(in part: String, _ words: [String], errors: Bool = true) throws -> (status: CInt, text: String) {
    try BrokerFixture.run("ip", ["netns", "exec", "\(name)-\(part)"] + words, in: directory, errors: errors)
  }

  @discardableResult
  func start(in part: String, _ words: [String], log: String) throws -> ChildProgram {
    let program = try ChildProgram(
      "ip", ["netns", "exec", "\(name)-\(part)"] + words, output: directory.path + "/" + log)
    programs.append(program)
    return program
  }

  /// Asks until the answer is there, with a bound.
  @discardableResult
  func until<Value>(_ what: String, seconds: Double = 60, _ ask: () throws -> Value?) throws -> Value {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if let value = try ask() { return value }
      usleep(20_000)
    }
    throw FixtureError("\(what): not within \(seconds) s")
  }
}

extension World {
  /// Lays down who answers how; elements are `198.18.0.7 . 22`, and everybody else is silent.
  ///
  /// `before` are rules that come first, such as a narrow line.
  func answer(
    open: [String] = [], closed: [String] = [], barred: [String] = [], gone: [String] = [],
    open6: [String] = [],
    before: String = ""
  ) throws {
    func set(_ name: String, _ type: String, _ elements: [String]) -> String {
      let list = elements.isEmpty ? "" : "elements = { \(elements.joined(separator: ", ")) }\n"
      return "set \(name) {\n type \(type) . inet_service\n \(list)}\n"
    }
    let here = "ip daddr . tcp dport"
    let rules = """
      table inet world {
      counter syns {}
      counter resets {}
      counter accepts {}
      counter special {}
      \(set("open", "ipv4_addr", open))
      \(set("closed", "ipv4_addr", closed))
      \(set("barred", "ipv4_addr", barred))
      \(set("gone", "ipv4_addr", gone))
      \(set("open6", "ipv6_addr", open6))
      chain incoming {
      type filter hook input priority filter
      iifname != "eth0" accept
      meta l4proto != tcp accept
      tcp flags & (syn|ack|rst) == syn counter name syns
      tcp flags & rst == rst counter name resets accept
      \(before)
      \(here) @open accept
      \(here) @closed reject with tcp reset
      \(here) @barred reject with icmp type admin-prohibited
      \(here) @gone reject with icmp type host-unreachable
      ip6 daddr . tcp dport @open6 accept
      drop
      }
      chain outgoing {
      type filter hook output priority filter
      tcp flags & (syn|ack|rst) == (syn|ack) counter name accepts
      }
      }

      """
    let file = try directory.write("world.nft", rules)
    let result = try run(in: "world", ["nft", "-f", file])
    guard result.status == 0 else { throw FixtureError(result.text) }
  }

  /// Nobody answers any more.
  func forget() throws { try run(in: "world", ["nft", "delete", "table", "inet", "world"]) }

  /// The packets that a counter of the world has seen.
  func count(_ counter: String) throws -> Int {
    let text = try run(in: "world", ["nft", "list", "counter", "inet", "world", counter]).text
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let place = words.firstIndex(of: "packets"), let number = Int(words[place + 1]) else {
      throw FixtureError(text)
    }
    return number
  }

  /// So many addresses and ports of the block, as elements; the same for the same seed.
  static func services(_ count: Int, seed: UInt64, addresses: UInt32 = 131_072) -> [String] {
    var (state, found, order): (UInt64, Set<String>, [String]) = (seed, [], [])
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    while order.count < count {
      let bits = 0xc612_0000 + UInt32(next() % UInt64(addresses))
      let octets = [24, 16, 8, 0].map { String(bits >> UInt32($0) & 255) }.joined(separator: ".")
      let element = "\(octets) . \(ports[Int(next() % 10)])"
      if found.insert(element).inserted { order.append(element) }
    }
    return order
  }
}

extension World {
  private func prepareKey() throws {
    let shown = try sh(Self.collector, ["command-key", "create", "--out", directory.path + "/key.pem"])
    try directory.write("keys.json", "[\(shown)]")
  }

  /// Signs blocks for an interface.
  func authorise(_ blocks: String..., interface: String = "scan0", until: String? = nil) throws {
    let soon = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 86_400))
    let text = try sh(
      Self.collector,
      [
        "authorise", "--key", directory.path + "/key.pem", "--owner", "Example Net", "--contact",
        "scans@example.net", "--approved-by", "Hanako Kado", "--until", until ?? soon, "--interface",
        interface,
      ] + blocks)
    try directory.write("authorised.txt", text)
  }

  func arguments(_ plan: String, _ words: [String] = []) throws -> [String] {
    let lines = "authorisation: \(directory.path)/authorised.txt\ninterface: scan0\n" + plan
    let file = try directory.write("plan-\(UInt32.random(in: 0 ... .max)).yaml", lines)
    return [Self.collector, "wide-scan", "--plan", file, "--keys", directory.path + "/keys.json"] + words
  }

  /// Scans to the end, without CAP_NET_RAW.
  func scanWithoutPrivilege(_ plan: String) throws -> Found {
    try scan(plan, [], by: ["setpriv", "--bounding-set=-net_raw", "--"])
  }

  /// Scans to the end.
  func scan(_ plan: String, _ words: String...) throws -> Found { try scan(plan, words, by: []) }

  func scan(_ plan: String, _ words: [String], by wrapper: [String]) throws -> Found {
    let errors = "errors-\(UInt32.random(in: 0 ... .max))"
    let command = try wrapper + arguments(plan, words)
    let result = try run(
      in: "scan", ["sh", "-c", "exec \"$0\" \"$@\" 2>\(directory.path)/\(errors)"] + command)
    return try Found(status: result.status, output: result.text, errors: directory.read(errors))
  }
}

extension World {
  private static let schema =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Sources/Collector/kadomori-collector/schemas/wide-scan.schema.json").path

  /// Has python compare every line with the schema: `kept`, or what is wrong.
  func complaint(about output: String) throws -> String {
    let checker = """
      import json, sys
      from jsonschema import Draft202012Validator
      validator = Draft202012Validator(json.load(open(sys.argv[1])))
      for line in open(sys.argv[2]): validator.validate(json.loads(line))
      print("kept")
      """
    let file = try directory.write("lines", output)
    return try run(in: "scan", ["python3", "-c", checker, Self.schema, file]).text
  }
}

/// What a scan printed.
struct Found {
  let status: CInt
  let output: String
  let errors: String
  /// `198.18.0.7 . 22` and what is said of it, in the order of lines.
  var lines: [(element: String, state: String, by: String?)] = []
  var report: [String: Any] = [:]

  init(status: CInt, output: String, errors: String) throws {
    self.status = status
    self.output = output
    self.errors = errors
    for line in output.split(separator: "\n") {
      guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
        throw FixtureError("no object: \(line)")
      }
      if let report = object["report"] as? [String: Any] {
        self.report = report
      } else if let address = object["address"] as? String, let port = object["port"] as? Int,
        let state = object["state"] as? String
      {
        lines.append(("\(address) . \(port)", state, object["by"] as? String))
      }
    }
  }

  func elements(_ state: String) -> [String] { lines.filter { $0.state == state }.map(\.element) }
  func number(_ key: String) -> Int { report[key] as? Int ?? -1 }
}
