import BrokerFixture
import Glibc
import LinuxIO

/// Kills agent, collector and broker at random while findings flow, fills their disks, and then counts.
final class Violence {
  private let plan: Plan
  private var chance: Chance
  private let directory: TemporaryDirectory
  private let desk: Desk
  private let agentDisk: SmallDisk
  private let collectorDisk: SmallDisk
  private let agent: Victim
  private let broker: Victim
  private let collector: Victim
  private let collectorProgram: String
  private let port: UInt16
  /// What crossed the broker while it lived; whoever listens comes back as it does.
  private var messages: String { directory.path + "/messages" }
  private var victims: [Victim] { [agent, broker, collector] }
  private var emptiesAt: [(disk: SmallDisk, time: Duration)] = []
  /// Who is left alone for now: a program that lives through the deaths of the others has to come to terms with them.
  private var spared: Victim?
  private var longAway = 0
  private var forgetful = 0
  private var faults: [String] = []
  /// When a finding last reached the agent's disk, and how many had.
  private var progress: (time: Duration, kept: Int) = (.zero, 0)

  /// Between two blows, at most.
  private static let pause: Duration = .milliseconds(700)
  /// One is spared for so many blows.
  private static let spell = 20
  /// So far the agent may lag behind what the blows are worth before the next one waits for it.
  private static let lag = 100
  /// Nothing at all moves for so long only where something is stuck: the collector's own pauses go to 30 s.
  private static let patience: Duration = .seconds(120)

  init(_ plan: Plan) throws {
    self.plan = plan
    chance = Chance(seed: plan.seed)
    directory = try TemporaryDirectory()
    let path = directory.path
    desk = Desk(directory: path)
    agentDisk = try SmallDisk(path + "/agent", size: "2m")
    collectorDisk = try SmallDisk(path + "/collector", size: "128m")
    let port = try freePort()
    let own = try Self.ownPath()
    collectorProgram = own.dropLast("chaos".count) + "kadomori-collector"
    try directory.write("kadomori.yaml", "broker: {host: 127.0.0.1, port: \(port)}\n")
    let settings = try directory.write(
      "collector.yaml", "collector: chaos\nbroker: {host: 127.0.0.1, port: \(port)}\n")
    self.port = port
    let configuration = path + "/mosquitto.conf"
    mkdir(path + "/broker", 0o700)
    agent = Victim(
      "agent", [own, "agent", path, agentDisk.path, String(plan.findings)], log: path + "/agent.log",
      memory: agentDisk.path + "/outbox")
    broker = Victim(
      "broker", [Self.mosquitto, "-c", configuration], log: path + "/broker.log",
      memory: path + "/broker/mosquitto.db.new")
    collector = Victim(
      "collector", [collectorProgram, "run", "--config", settings, "--state", collectorDisk.path],
      log: path + "/collector.log", memory: collectorDisk.path + "/fleet.sqlite-wal")
  }

  /// Has the broker write down what it knows every second, or with every change: what it knows when it comes back is
  /// sometimes long past, and sometimes as fresh as a session that has not subscribed yet.
  private func configureBroker(writesEveryChange: Bool) throws {
    try directory.write(
      "mosquitto.conf",
      """
      listener \(port) 127.0.0.1
      allow_anonymous true
      user root
      persistence true
      persistence_location \(directory.path)/broker/
      autosave_interval 1
      autosave_on_changes \(writesEveryChange)

      """)
  }

  private static let mosquitto =
    access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto" : "mosquitto"

  private static func ownPath() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    guard length > 0 else { throw FixtureError("/proc/self/exe cannot be read") }
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs to the end and says what came of it: whether every finding is stored exactly once.
  func run() throws -> Bool {
    say("seed \(plan.seed): \(plan.kills) kills while \(plan.findings) findings flow, in \(directory.path)")
    let began = Clocks.sinceBoot
    progress = (began, 0)
    defer { end() }
    try desk.allow(allowed)
    try configureBroker(writesEveryChange: false)
    for victim in victims { try victim.start() }
    try waitForListener(on: port)
    let listener = ContractTap.listener(host: "127.0.0.1", port: port)
    let tap = try ChildProgram("setpriv", ["--pdeathsig", "KILL"] + listener, output: messages)
    try strikeAll()
    let struck = Clocks.sinceBoot
    try finish()
    let ended = Clocks.sinceBoot
    tap.kill(SIGTERM)
    let last = desk.lastNumber ?? 0
    var account = try Account(
      store: collectorDisk.path + "/fleet.sqlite", gateway: desk.gateway ?? "", findings: plan.findings,
      last: last)
    account.faults += faults + (try operatorsView(last)) + (try ContractTap.violations(in: messages))
    tell(account, violence: struck - began, rest: ended - struck)
    return account.faults.isEmpty
  }

  // MARK: - Violence

  private var kills: Int { victims.reduce(0) { $0 + $1.kills } }

  /// Up to which finding the agent may report: findings flow as long as there are blows to come.
  private var allowed: Int { plan.findings * kills / max(1, plan.kills) }

  private func strikeAll() throws {
    var next = Clocks.sinceBoot
    while kills < plan.kills {
      try attend()
      let now = Clocks.sinceBoot
      if now >= next, desk.keptLength + Self.lag >= allowed {
        try strike(now)
        try desk.allow(allowed)
        // Now and then two blows in one moment.
        next = now + (chance.happens(0.15) ? .zero : chance.time(Self.pause))
      }
      pause(until: next)
    }
    try desk.allow(plan.findings)
  }

  private func strike(_ now: Duration) throws {
    if kills % Self.spell == 0 { spared = (victims + [nil]).randomElement(using: &chance) ?? nil }
    let targets = victims.filter { $0.isRunning && $0 !== spared }
    guard let victim = targets.randomElement(using: &chance) else { return }
    if chance.happens(0.06) { fill(now) }
    if chance.happens(0.5) { victim.awaitWriting() }
    var away: Duration = chance.happens(0.5) ? .zero : chance.time(.milliseconds(600))
    if chance.happens(0.03) {
      away = .seconds(2) + chance.time(.seconds(2))
      longAway += 1
    }
    victim.strike(backAfter: away, now: now)
    guard victim === broker else { return }
    try configureBroker(writesEveryChange: chance.happens(0.5))
    if chance.happens(0.1) {
      // It knows no session and no retained message any more.
      unlink(directory.path + "/broker/mosquitto.db")
      forgetful += 1
    }
  }

  /// Fills a disk for a while: sometimes to the last byte, sometimes with room for a part of what comes.
  private func fill(_ now: Duration) {
    let disk = chance.happens(0.6) ? agentDisk : collectorDisk
    // Without room for its identity an agent cannot begin at all, as it says; what is asked here is what it loses.
    guard !disk.isFull, disk !== agentDisk || desk.gateway != nil else { return }
    var room = 4096 * Int.random(in: 0...3, using: &chance)
    if disk === collectorDisk, collector.isRunning {
      // SQLite writes over its log as long as it is there; ended in order it removes it, and then it needs room.
      collector.end(backAfter: .zero, now: now)
      room = 4096 * Int.random(in: 0...120, using: &chance)
    }
    try? disk.fill(leaving: room)
    emptiesAt.append((disk, now + .milliseconds(100) + chance.time(.milliseconds(2500))))
  }

  /// Does what is due: starts what was away, empties disks, and looks for programs that ended by themselves.
  private func attend() throws {
    let now = Clocks.sinceBoot
    for entry in emptiesAt where entry.time <= now { entry.disk.empty() }
    emptiesAt.removeAll { $0.time <= now }
    for victim in victims {
      if let status = victim.ended() { ended(victim, status, now) }
      if let time = victim.returnsAt, time <= now { try victim.start() }
    }
    let kept = desk.keptLength
    if kept != progress.kept || desk.lastNumber != nil { progress = (now, kept) }
    guard now - progress.time < Self.patience else {
      throw FixtureError("nothing moved for \(Self.patience): \(kept) findings are kept; \(keepDirectory())")
    }
  }

  private func ended(_ victim: Victim, _ status: CInt, _ now: Duration) {
    if victim === agent, status == 0, desk.lastNumber != nil { return }
    victim.comeBack(at: now + .milliseconds(200))
    // A collector that finds no room to begin says so and ends; whoever supervises it starts it again.
    let hadNoRoom = collectorDisk.isFull || now - collectorDisk.emptiedAt < .seconds(2)
    if victim === collector, status == Self.cannotCreate, hadNoRoom { return }
    faults.append("\(victim.name) ended by itself with status \(status)")
  }

  /// EX_CANTCREAT of sysexits.h.
  private static let cannotCreate: CInt = 73

  private func pause(until time: Duration) {
    let due = ([time] + emptiesAt.map(\.time) + victims.compactMap(\.returnsAt)).min() ?? time
    let wait = min(.milliseconds(50), max(.milliseconds(2), due - Clocks.sinceBoot))
    poll(nil, 0, CInt(wait.milliseconds))
  }

  /// Lets them come to rest, until the agent has nothing left.
  private func finish() throws {
    while desk.lastNumber == nil || agent.isRunning {
      try attend()
      pause(until: Clocks.sinceBoot + .milliseconds(50))
    }
  }

  // MARK: - What came of it

  /// What the operator is shown: no number missing, none lost.
  private func operatorsView(_ last: Int64) throws -> [String] {
    let status = try ChildProgram(
      collectorProgram, ["gateway", desk.gateway ?? "", "--state", collectorDisk.path],
      output: directory.path + "/view"
    ).wait()
    let text = directory.read("view")
    let wanted = ["missing       none\n", "stored here   records 1 to \(last)\n"]
    guard status == 0, wanted.allSatisfy(text.contains) else {
      return ["'kadomori-collector gateway' says: \(text.prefix(1200))"]
    }
    return []
  }

  private func tell(_ account: Account, violence: Duration, rest: Duration) {
    let by = victims.map { "\($0.name) \($0.kills)" }.joined(separator: ", ")
    say("kills: \(kills) (\(by)); away for 2 to 4 s: \(longAway); broker without its memory: \(forgetful)")
    say(
      "full disks: agent \(agentDisk.timesFull), of which it told \(times("cannot be kept on disk", in: "agent.log")); "
        + "collector \(collectorDisk.timesFull), of which it told "
        + "\(times("Free space on its file system", in: "collector.log"))")
    say(
      "outboxes found with a torn end: \(times("were damaged", in: "agent.log")), told as at most \(account.damaged) "
        + "records lost")
    say(
      "findings stored exactly once: \(account.stored) of \(plan.findings); numbers given: \(account.last), of them "
        + "\(account.states) states and \(account.dropped) told as dropped in \(account.tellings) messages")
    say(
      "messages heard at the broker and judged by the contract: \(directory.read("messages").split(separator: "\n").count)"
    )
    say(
      "time: \(violence.milliseconds / 1000) s of violence, \(rest.milliseconds / 1000) s until all was stored"
    )
    for fault in account.faults.prefix(40) { say("FAULT: \(fault)") }
    if account.faults.count > 40 { say("FAULT: and \(account.faults.count - 40) more") }
    say(account.faults.isEmpty ? "every finding is stored exactly once" : keepDirectory())
  }

  private func times(_ words: String, in log: String) -> Int {
    directory.read(log).split(separator: "\n").count { $0.contains(words) }
  }

  private func end() {
    for victim in victims where victim.isRunning { victim.strike(backAfter: .zero, now: .zero) }
    for disk in [agentDisk, collectorDisk] { disk.remove() }
  }

  /// Leaves the files for whoever looks into it; the disks go with this process, so they are copied.
  private func keepDirectory() -> String {
    let place = "/tmp/chaos-\(plan.seed)"
    for victim in victims where victim.isRunning { victim.strike(backAfter: .zero, now: .zero) }
    _ = try? ChildProgram("cp", ["-a", directory.path, place]).wait()
    return "what they left is in \(place)"
  }
}
