import BrokerFixture
import Foundation
import SiteFixture

/// A provider's collector with an enrolment door and a mosquitto of its own with mutual TLS, all on loopback.
final class EnrolledFleet {
  let directory: TemporaryDirectory
  let broker: UInt16
  let door: UInt16
  private let collector: ChildProgram
  /// Where gateways that wait ask for the pace.
  let hint: UInt16
  private let tap: EnrolledTap

  /// With `pace` it says how fast gateways come back, looks every six seconds, and takes two for an outage; with `profiles`
  /// gateways believe the key `profiles.pem` beside its state.
  init(pace: Bool = false, profiles: Bool = false) throws {
    directory = try TemporaryDirectory()
    (broker, door, hint) = (try freePort(), try freePort(), try freePort())
    var more = ""
    var keys = ""
    if pace {
      let key = directory.path + "/pace.pem"
      keys =
        "\n  operator_keys: "
        + (try directory.write("keys.json", "[\(try Self.makeKey(key, for: "--pace", in: directory))]"))
      more = """
        restoration:
          capacity: 8
          key: \(key)
          hint: {listen: "127.0.0.1:\(hint)", place: "127.0.0.1:\(hint)"}
          outage_from: 2
          period_s: 6

        """
    }
    if profiles {
      let entry = try Self.makeKey(directory.path + "/profiles.pem", for: "--profiles", in: directory)
      keys = "\n  operator_keys: " + (try directory.write("keys.json", "[\(entry)]"))
    }
    let settings = try directory.write(
      "collector.yaml",
      """
      collector: tokyo
      enrolment:
        listen: 127.0.0.1:\(door)
        names: [localhost]
        broker: {host: localhost, port: \(broker)}\(keys)
      \(more)
      """)
    tap = try EnrolledTap(
      Site.program("kadomori-collector"), collector: "tokyo", state: directory.path + "/collector",
      broker: broker)
    collector = try ChildProgram(
      Site.program("kadomori-collector"),
      ["run", "--config", settings, "--state", directory.path + "/collector"],
      output: directory.path + "/collector.log")
    try waitForListener(on: door)
    try waitForListener(on: broker)
  }

  deinit { collector.kill(SIGTERM) }

  /// Makes a key, and returns its entry in a list of operators' keys.
  private static func makeKey(
    _ path: String, for use: String, in directory: TemporaryDirectory
  ) throws -> String {
    let made = try run(
      Site.program("kadomori-collector"), ["command-key", "create", use, "--out", path], in: directory)
    guard made.status == 0 else { throw FixtureError(made.text) }
    return made.text
  }

  func makeKey(_ path: String, for use: String) throws -> String {
    try Self.makeKey(path, for: use, in: directory)
  }

  /// Hears every message from here on.
  func listen() throws { try tap.listen() }

  /// Waits until a message on a topic with this part has been heard.
  func heard(_ part: String) throws { try tap.heard(part) }

  /// What of the messages heard breaks the contract.
  func violations() throws -> [String] { try tap.violations() }

  /// Runs a client of the broker's that has a collector's rights.
  private func client(_ program: String, _ arguments: [String]) throws -> (status: CInt, text: String) {
    try run(
      program, ["-h", "localhost", "-p", "\(broker)", "-V", "5"] + tap.options + arguments, in: directory)
  }

  /// The policy that the broker keeps for a group.
  func retainedPolicy(group: String) throws -> String {
    try client("mosquitto_sub", ["-t", "kadomori/v1/_policy/\(group)", "-C", "1", "-W", "20"]).text
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Has the broker keep something as the policy of a group, as who has stolen a collector's certificate can.
  func publish(policy: String, group: String) throws {
    let sent = try client(
      "mosquitto_pub", ["-q", "1", "-r", "-t", "kadomori/v1/_policy/\(group)", "-m", policy])
    guard sent.status == 0 else { throw FixtureError(sent.text) }
  }

  /// Runs the collector's command line.
  func says(_ arguments: String..., errors: Bool = true) throws -> (status: CInt, text: String) {
    try run(
      Site.program("kadomori-collector"), arguments + ["--state", state], in: directory, errors: errors)
  }

  /// Sends the collector's own broker a signal.
  func signalBroker(_ number: CInt) throws {
    for task in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(collector.id)/task") {
      let text = try? String(contentsOfFile: "/proc/\(collector.id)/task/\(task)/children", encoding: .utf8)
      for id in (text ?? "").split(separator: " ").compactMap({ pid_t($0) }) { kill(id, number) }
    }
  }

  var state: String { directory.path + "/collector" }
  var files: String { state + "/enrolment/" }
  var log: String { directory.read("collector.log") }

  func token(group: String = "area-0") throws -> String {
    try says("enrol-token", "create", "--group", group, errors: false).text
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func fleetList() throws -> String { try says("fleet").text }

  /// Waits until the list of gateways is as wanted.
  func waits(_ isWanted: (String) -> Bool) throws -> Bool {
    for _ in 0..<300 {
      if isWanted(try fleetList()) { return true }
      usleep(50_000)
    }
    return false
  }

  func gateway() throws -> EnrolledGateway { try EnrolledGateway(in: directory, door: door) }
}

/// A gateway of its own state directory, without a LAN.
final class EnrolledGateway {
  let state: String
  private let directory: TemporaryDirectory
  private let door: UInt16
  private let base: String
  private let config: String
  /// What its programs take for the time; `nil` for the machine's.
  var clock: String?

  init(in directory: TemporaryDirectory, door: UInt16) throws {
    self.directory = directory
    self.door = door
    let name = "gateway-\(UInt64.random(in: 0 ... .max))"
    base = directory.path + "/" + name
    state = base + "/state"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    config = try directory.write(name + "/kadomori.yaml", "# nothing is scanned\n")
  }

  private var places: [String] { ["--state", state, "--runtime", base + "/run"] }

  private func words(_ arguments: [String], _ environment: String?) -> (String, [String]) {
    let dressed = [environment, "LC_ALL=C.UTF-8"].compactMap(\.self).prefix(1)
    let program = [Site.program("kadomori")] + arguments + places
    // Only the time of day is wrong after a power cut, never the time since boot.
    let wrong = clock.map {
      ["DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", "@\($0)"]
    }
    return ("env", dressed + (wrong ?? []) + program)
  }

  func kadomori(_ arguments: String..., environment: String? = nil) throws -> (status: CInt, text: String) {
    let (program, words) = words(arguments, environment)
    return try BrokerFixture.run(program, words, in: directory)
  }

  func enrol(
    _ token: String, at collector: String? = nil, environment: String? = nil
  ) throws -> (status: CInt, text: String) {
    try kadomori(
      "enrol", "--collector", collector ?? "localhost:\(door)", "--token", token, environment: environment)
  }

  /// Starts the agent.
  func run() throws -> ChildProgram {
    let (program, words) = words(["run", "--config", config], nil)
    return try ChildProgram(program, words, output: base + "/agent.log")
  }

  var log: String { (try? String(contentsOfFile: base + "/agent.log", encoding: .utf8)) ?? "" }

  /// Ends the agent in order; with another clock it is a child of the program that gives it one.
  func end(_ agent: ChildProgram) {
    let file = "/proc/\(agent.id)/task/\(agent.id)/children"
    let children = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    for id in children.split(separator: " ").compactMap({ pid_t($0) }) { kill(id, SIGTERM) }
    agent.kill(SIGTERM)
  }

  func status() throws -> String { try kadomori("status", "--json", "--config", config).text }

  func waits(_ isWanted: (String) -> Bool) throws {
    for _ in 0..<200 {
      if isWanted(try status()) { return }
      usleep(50_000)
    }
    throw FixtureError("the status stays: \(try status())")
  }

  func name() throws -> String {
    guard let place = try status().firstRange(of: "gw-") else { throw FixtureError("no name") }
    return String(try status()[place.lowerBound...].prefix(19))
  }

  func mode(_ file: String) throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: state + "/" + file)
    return (facts[.posixPermissions] as? NSNumber)?.intValue ?? -1
  }

  private func membership() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: state + "/enrolment.json"))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  private func change(_ body: (inout [String: Any]) throws -> Void) throws {
    var document = try membership()
    var answer = document["answer"] as? [String: Any] ?? [:]
    try body(&answer)
    document["answer"] = answer
    try JSONSerialization.data(withJSONObject: document)
      .write(to: URL(fileURLWithPath: state + "/enrolment.json"))
  }

  func certificate() throws -> String {
    (try membership()["answer"] as? [String: Any])?["certificate"] as? String ?? ""
  }

  /// Gives it a certificate of the same authority that expired in 2021, as one has that lay in a drawer.
  func outlive(issuer files: String) throws {
    let script = """
      cd '\(base)' && mkdir -p ca && : > ca/index && echo 77 > ca/serial &&
      printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=ca/index\\nserial=ca/serial\\nnew_certs_dir=ca\\npolicy=p\\n[p]\\ncommonName=supplied\\n' > ca.conf &&
      openssl req -new -key state/gateway.key -subj /CN=\(try name()) -out own.csr &&
      printf 'extendedKeyUsage=clientAuth\\n' > own.ext &&
      openssl ca -batch -config ca.conf -notext -md sha256 -startdate 20210101000000Z -enddate 20210401000000Z \
        -cert '\(files)ca.crt' -keyfile '\(files)ca.key' -extfile own.ext -in own.csr -out own.crt
      """
    let made = try BrokerFixture.run("sh", ["-c", script], in: directory)
    guard made.status == 0 else { throw FixtureError(made.text) }
    let old = try String(contentsOfFile: base + "/own.crt", encoding: .utf8)
    try change { $0["certificate"] = old }
  }

  /// Leads it to another broker of the same name.
  func lead(to other: UInt16) throws {
    try change { answer in
      var broker = answer["broker"] as? [String: Any] ?? [:]
      broker["port"] = other
      answer["broker"] = broker
    }
  }
}
