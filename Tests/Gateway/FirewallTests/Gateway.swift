import BrokerFixture
import Foundation
import LinuxIO
import Posture
import Testing

/// A gateway between two hosts, in network namespaces of its own: `wan` is a stranger, `lan` a device.
///
/// Needs root, nft, nmap and python3. Nothing leads out of the three namespaces.
final class Gateway {
  static let wan4 = "198.51.100.1"
  static let wan6 = "2001:db8:1::1"
  static let device4 = "192.168.9.2"
  static let device6 = "2001:db8:9::2"

  let directory: TemporaryDirectory
  private let name: String
  private var programs: [ChildProgram] = []
  private var activator: ChildProgram?
  let plan = "plan-abcd2345"

  /// What was built beside the tests, or another build.
  static let program =
    ProcessInfo.processInfo.environment["KADOMORI_PROGRAM"]
    ?? URL(
      fileURLWithPath: CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    )
    .deletingLastPathComponent().appending(path: "kadomori").path

  static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Sources").standardizedFileURL.path

  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path

  init() throws {
    directory = try TemporaryDirectory()
    name = "kfw\(UInt32.random(in: 0 ..< 1 << 24))"
    for folder in ["state", "firewall"] { try sh("mkdir", [directory.path + "/" + folder]) }
    try directory.write("kadomori.yaml", "lan: [{interface: lan0}]\n")
    try build()
  }

  deinit {
    activator?.kill(SIGTERM)
    for program in programs { program.kill(SIGKILL) }
    for part in ["gw", "wan", "lan"] { _ = try? sh("ip", ["netns", "del", "\(name)-\(part)"]) }
    _ = try? sh("rm", ["-rf", "/etc/netns/\(name)-gw"])
  }

  /// Lets the gateway know no name servers: those of this machine are not reached from there (ip-netns(8)).
  func forgetNameServers() throws { try setResolver(try directory.write("resolv.conf", "# none\n")) }

  /// Has the gateway read its name servers from a file like this.
  func setResolver(_ file: String) throws {
    try sh("mkdir", ["-p", "/etc/netns/\(name)-gw"])
    try sh("cp", [file, "/etc/netns/\(name)-gw/resolv.conf"])
  }

  private func build() throws {
    for part in ["gw", "wan", "lan"] {
      try sh("ip", ["netns", "add", "\(name)-\(part)"])
      try ip(part, "link set lo up")
      _ = try run(in: part, ["sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad"])
    }
    try sh(
      "ip",
      ["link", "add", "wan0", "netns", name + "-gw", "type", "veth", "peer", "eth0", "netns", name + "-wan"])
    try sh(
      "ip",
      ["link", "add", "lan0", "netns", name + "-gw", "type", "veth", "peer", "eth0", "netns", name + "-lan"])
    for (part, device, v4, v6) in [
      ("gw", "wan0", "198.51.100.1/24", "2001:db8:1::1/64"),
      ("gw", "lan0", "192.168.9.1/24", "2001:db8:9::1/64"),
      ("wan", "eth0", "198.51.100.2/24", "2001:db8:1::2/64"),
      ("lan", "eth0", "192.168.9.2/24", "2001:db8:9::2/64"),
    ] {
      try ip(part, "link set \(device) up")
      try ip(part, "address add \(v4) dev \(device)")
      try ip(part, "address add \(v6) dev \(device) nodad")
    }
    try ip("gw", "route add default via 198.51.100.2")
    try ip("gw", "-6 route add default via 2001:db8:1::2")
    try ip("lan", "route add default via 192.168.9.1")
    try ip("lan", "-6 route add default via 2001:db8:9::1")
    try ip("wan", "-6 route add 2001:db8:9::/64 via 2001:db8:1::1")
    for key in ["ipv4/ip_forward", "ipv6/conf/all/forwarding"] {
      _ = try run(in: "gw", ["sh", "-c", "echo 1 > /proc/sys/net/\(key)"])
    }
  }

  /// A second line of the gateway, `wan1`, to the same stranger: the gateway is 203.0.113.1 there.
  func addLine() throws {
    try sh(
      "ip",
      ["link", "add", "wan1", "netns", name + "-gw", "type", "veth", "peer", "eth1", "netns", name + "-wan"])
    for (part, device, address) in [("gw", "wan1", "203.0.113.1/24"), ("wan", "eth1", "203.0.113.2/24")] {
      try ip(part, "link set \(device) up")
      try ip(part, "address add \(address) dev \(device)")
    }
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

  /// Runs a program to its end in `gw`, `wan` or `lan`.
  func run(in part: String, _ words: [String], errors: Bool = true) throws -> (status: CInt, text: String) {
    try BrokerFixture.run("ip", ["netns", "exec", "\(name)-\(part)"] + words, in: directory, errors: errors)
  }

  /// Starts a program in a namespace; it ends with the gateway.
  @discardableResult
  func start(in part: String, _ words: [String], log: String = "programs.log") throws -> ChildProgram {
    let program = try ChildProgram(
      "ip", ["netns", "exec", "\(name)-\(part)"] + words, output: directory.path + "/" + log)
    programs.append(program)
    return program
  }

  /// Has something listen on ports, `tcp/23`, and waits until it does.
  func listen(in part: String = "gw", _ ports: String...) throws {
    let log = "talkers-\(UInt32.random(in: 0 ... .max)).log"
    try start(in: part, ["python3", Self.here + "/talkers.py"] + ports, log: log)
    try until("listeners are ready") { directory.read(log).contains("ready") ? true : nil }
  }

  /// Loads rules of somebody else.
  func nft(_ text: String) throws {
    let file = try directory.write("rules-\(UInt32.random(in: 0 ... .max)).nft", text)
    let result = try run(in: "gw", ["nft", "-f", file])
    guard result.status == 0 else { throw FixtureError(result.text) }
  }

  /// An `nft` that works on this gateway, wherever it is called.
  func nftProgram() throws -> String {
    let path = try directory.write(
      "nft", "#!/bin/sh\nexec /usr/sbin/ip netns exec \(name)-gw /usr/sbin/nft \"$@\"\n")
    chmod(path, 0o755)
    return path
  }

  func rules(_ words: String...) throws -> String { try run(in: "gw", ["nft"] + words).text }
}

extension Gateway {
  /// Asks until the answer is there, with a bound.
  @discardableResult
  func until<Value>(_ what: String, seconds: Double = 20, _ ask: () throws -> Value?) throws -> Value {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if let value = try ask() { return value }
      usleep(20_000)
    }
    throw FixtureError("\(what): not within \(seconds) s")
  }

  var options: [String] {
    ["--firewall-socket", directory.path + "/helper.sock", "--firewall-state", directory.path + "/firewall"]
  }

  /// Begins to start the helper whenever somebody asks it something.
  func activate(allowing user: Int? = nil) throws {
    if activator == nil {
      activator = try start(
        in: "gw",
        [
          "python3", Self.here + "/activate.py", directory.path + "/helper.sock", Self.program,
          "firewall-helper",
        ]
          + options + (user.map { ["--allow-user", "\($0)"] } ?? []), log: "helper.log")
      try until("the socket is there") {
        FileManager.default.fileExists(atPath: directory.path + "/helper.sock") ? true : nil
      }
    }
  }

  /// The helper's process, while it lives.
  var helper: pid_t? {
    guard let id = pid_t(directory.read("helper.sock.pid")), kill(id, 0) == 0 else { return nil }
    return id
  }

  /// Sends one line to the helper as root and returns all it answers.
  func ask(_ line: String) throws -> String {
    let socket = try #require(try UnixSocket.connect(directory.path + "/helper.sock"))
    var unsent = Array((line + "\n").utf8)[...]
    var answer: [UInt8] = []
    while true {
      var ready = pollfd(
        fd: socket.number, events: Int16(POLLIN | (unsent.isEmpty ? 0 : POLLOUT)), revents: 0)
      guard poll(&ready, 1, 15_000) > 0 else { throw FixtureError("the helper does not answer") }
      if ready.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        guard let bytes = try? socket.read(limit: 1 << 20) else {
          return String(decoding: answer, as: UTF8.self)
        }
        if bytes.isEmpty { return String(decoding: answer, as: UTF8.self) }
        answer += bytes
      } else if !unsent.isEmpty {
        guard let count = try? socket.write(unsent) else { return "" }
        unsent = unsent.dropFirst(count)
      }
    }
  }

  /// Kills everything of ours with SIGKILL: the helper, and who would start it again.
  func killAll() throws {
    let id = helper
    activator?.kill(SIGKILL)
    activator = nil
    if let id { kill(id, SIGKILL) }
    try until("the helper is gone") { helper == nil ? true : nil }
    unlink(directory.path + "/helper.sock")
  }

  /// Writes a plan as `kadomori plan` does; each entry is an id, a side, a place, a port and a verdict.
  func writePlan(
    _ entries: [(id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict)], age: Int64 = 0,
    bootID: String? = nil, reasons: [String] = []
  ) throws {
    let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ")[0]
    let document = ClosingPlan(
      id: plan, made: WallTime(milliseconds: 0),
      uptimeMilliseconds: Int64((Double(uptime) ?? 0) * 1000) - age,
      bootID: bootID ?? boot.trimmingCharacters(in: .whitespacesAndNewlines),
      entries: entries.map {
        ClosingPlan.Entry(id: $0.id, target: $0.target, verdict: $0.verdict, reasons: reasons)
      })
    try directory.write("state/plan.json", String(decoding: JSONEncoder().encode(document), as: UTF8.self))
  }

  /// Runs `kadomori` on the gateway; `user` stands for somebody else than root.
  @discardableResult
  func kadomori(_ words: String..., user: Int? = nil, environment: [String] = []) throws -> (
    status: CInt, text: String
  ) {
    let who = user.map { ["setpriv", "--reuid", "\($0)", "--clear-groups"] } ?? []
    return try run(
      in: "gw",
      who + ["env", "-u", "SSH_CONNECTION", "LANG=C.UTF-8"] + environment + [Self.program] + words + options)
  }

  /// Closes on trial, without the checks of what is outside these namespaces.
  @discardableResult
  func close(_ words: String..., environment: [String] = [], user: Int? = nil) throws -> (
    status: CInt, text: String
  ) {
    try close(words, environment: environment, user: user)
  }

  @discardableResult
  func close(_ words: [String], environment: [String] = [], user: Int? = nil) throws -> (
    status: CInt, text: String
  ) {
    let who = user.map { ["setpriv", "--reuid", "\($0)", "--clear-groups"] } ?? []
    return try run(
      in: "gw",
      who + ["env", "-u", "SSH_CONNECTION", "LANG=C.UTF-8"] + environment + closing(words))
  }

  private func closing(_ words: [String]) -> [String] {
    [Self.program, "close"] + words
      + [
        "--without", "dns", "--state", directory.path + "/state", "--config",
        directory.path + "/kadomori.yaml",
      ]
      + options
  }

  /// Closes from a shell that is there already, as somebody does who types it; tells by the wall clock, in
  /// microseconds, when the shell began with it and when it had ended.
  func timedClose(_ words: [String]) throws -> (status: CInt, began: Int64, ended: Int64) {
    let script = #"began=$EPOCHREALTIME; "$@" >&2; status=$?; echo "$began $EPOCHREALTIME"; exit $status"#
    let result = try run(
      in: "gw",
      ["env", "-u", "SSH_CONNECTION", "LANG=C.UTF-8", "bash", "-c", script, "bash"] + closing(words),
      errors: false)
    let times = result.text.split(whereSeparator: \.isWhitespace).compactMap { Int64($0.filter(\.isNumber)) }
    guard times.count == 2 else { throw FixtureError("no times: \(result.text)") }
    return (result.status, times[0], times[1])
  }

  /// The ports that a stranger finds open, `tcp/23`, by nmap.
  func openPorts(_ ports: String, at address: String = Gateway.wan4, from part: String = "wan") throws -> Set<
    String
  > {
    let isUDP = ports.contains("U:")
    let result = try run(
      in: part,
      ["nmap", "-n", "-Pn", isUDP ? "-sSU" : "-sS", "--max-retries", "1", "-p", ports, "-oG", "-"]
        + (address.contains(":") ? ["-6"] : []) + [address])
    guard result.status == 0 else { throw FixtureError(result.text) }
    let entries = result.text.split(whereSeparator: { " ,\t\n".contains($0) })
    return Set(
      entries.compactMap { entry in
        let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 2 && parts[1] == "open" ? "\(parts[2])/\(parts[0])" : nil
      })
  }

  /// Whether somebody can make a new connection and is answered.
  func answers(_ port: UInt16, at address: String = Gateway.wan4, from part: String = "wan") throws -> Bool {
    let family = address.contains(":") ? "TCP6:[\(address)]" : "TCP4:\(address)"
    return try run(
      in: part, ["sh", "-c", "echo hello | timeout 2 socat -t 1 -T 1 - \(family):\(port),connect-timeout=1"]
    ).text.contains("hello")
  }
}
