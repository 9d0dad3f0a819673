import Foundation

/// Makes the parts of one lab in order, each only after the manifest names it.
struct LabBuilder {
  let id: LabIdentifier
  let plan: LabPlan
  let directory: LabDirectory
  let personas: [Persona]
  let loss: Int
  let lock: LabLock
  let isInterrupted: @Sendable () -> Bool

  private var topology: Topology { Topology(id: id, lan: plan.network, personas: personas) }
  private func namespace(_ member: String) -> NetworkNamespace { .init(name: id.namespace(of: member)) }

  func build(_ manifest: inout Manifest) throws {
    try manifest.write(to: directory)
    try FileManager.default.createDirectory(
      atPath: directory.path + "/logs", withIntermediateDirectories: true)
    for persona in personas { try directory.write(persona, python: PythonEnvironment().interpreter) }
    try checkInterruption()
    try makeNetwork()
    try checkInterruption()
    try startKeeper(&manifest)
  }

  private func makeNetwork() throws {
    try ip(topology.makeNamespaces)
    // Addresses are usable at once: nobody else can have them.
    let settings = ["net/ipv6/conf/all/accept_dad": "0", "net/ipv6/conf/default/accept_dad": "0"]
    for name in ["gw", "internet"] + personas.filter(\.isOnLAN).map(\.name) {
      try namespace(name).set(settings)
    }
    try namespace("sw").set([
      "net/ipv6/conf/all/disable_ipv6": "1", "net/ipv6/conf/default/disable_ipv6": "1",
    ])
    try checkInterruption()
    try ip(topology.makeSwitch, in: "sw")
    try ip(topology.makeWAN, in: "gw")
    try ip(topology.configureGateway, in: "gw")
    try ip(topology.configureInternet, in: "internet")
    for persona in personas where persona.isOnLAN { try ip(topology.configure(persona), in: persona.name) }
    // The internet host forwards into nothing, so that what is not there is unreachable at once.
    for name in ["gw", "internet"] { try namespace(name).set(["net/ipv4/ip_forward": "1"]) }
    try nft(Topology.gatewayRules, in: "gw")
    if loss > 0 { try nft(Topology.lossRules(percent: loss), in: "sw") }
  }

  private func startKeeper(_ manifest: inout Manifest) throws {
    let script = KeeperScript(id: id, directory: directory, personas: personas)
    try Data(script.text.utf8).write(to: URL(fileURLWithPath: directory.keeperScript))
    var keeper = Command([
      "ip", "netns", "exec", namespace("sw").name, "sh", "-c", KeeperScript.launch, directory.keeperScript,
    ])
    keeper.lock = lock
    keeper.environment = ["KADOMORI_LAB_ID": id.description]
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let log = open(directory.keeperLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { [null, log].forEach { close($0) } }
    guard null >= 0, log >= 0 else { throw LabError(.failed, "cannot open \(directory.keeperLog)") }
    let pid = try keeper.start(standard: (null, log, log), newSession: true)
    manifest.keeper = ProcessIdentity(pid)
    try manifest.write(to: directory)
  }

  private func ip(_ lines: [String], in member: String? = nil) throws {
    let place = member.map { ["-n", namespace($0).name] } ?? []
    try run(["ip"] + place + ["-batch", "-"], input: lines.joined(separator: "\n") + "\n")
  }

  private func nft(_ rules: String, in member: String) throws {
    try run(["ip", "netns", "exec", namespace(member).name, "nft", "-f", "-"], input: rules)
  }

  func run(_ arguments: [String], input: String) throws {
    var command = Command(arguments)
    command.input = input
    command.lock = lock
    try command.check()
  }

  func checkInterruption() throws {
    if isInterrupted() { throw LabError.interrupted(id) }
  }
}

extension LabError {
  static func interrupted(_ id: LabIdentifier) -> Self {
    LabError(.interrupted, "interrupted; lab \(id) is removed again")
  }
}
