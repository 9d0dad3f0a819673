package import Addresses
package import Identify
package import Posture

/// Finds the open ports of devices and has what speaks there identified, within ``Politeness``.
///
/// A value: the caller tells what happened, then performs the actions ``advance(now:heard:)`` returns and
/// calls it again after every event and at ``wakeAt``.
package struct Survey: Sendable {
  package typealias ConnectionID = Int

  /// What the caller has to do.
  package enum Action: Sendable {
    case connect(ConnectionID, Endpoint)
    case send(ConnectionID, [UInt8])
    case secure(ConnectionID)
    case close(ConnectionID)
    case datagram(IPAddress, DatagramProbe)
    /// Ask by ARP whether the address still answers, and call ``alive(_:)`` when it does.
    case verify(IPAddress)
  }

  /// What came of one address.
  package struct Result: Hashable, Sendable {
    package var services: [Port: Identification] = [:]
    package var remarks: Set<Remark> = []

    package init(services: [Port: Identification] = [:], remarks: Set<Remark> = []) {
      self.services = services
      self.remarks = remarks
    }
  }

  /// How long a connection attempt may take.
  ///
  /// Under the kernel's first repetition of a SYN, one
  /// second (RFC 6298, section 2.1), so that every SYN on the wire is one that was paced.
  static let connectWait: Duration = .milliseconds(800)
  /// How long it may take on a port that holds up all others of its device meanwhile.
  static let exclusiveConnectWait: Duration = .milliseconds(300)
  static let datagramWait: Duration = .milliseconds(900)
  /// How often a port that stays silent is asked: a device may drop what it does not want.
  static let attempts = 2
  /// How often it is asked where silence can only be loss: on a device that refuses connections to other
  /// ports, or on a LAN that was seen to lose packets.
  ///
  /// At 10 % loss in each direction one of 700 open ports is missed, with two attempts one of 28.
  static let attemptsAgainstLoss = 4
  /// So many refusals show that a device answers for closed ports.
  static let refusalsThatTell = 3
  /// The longest that one port may take to be identified.
  static let conversationLimit: Duration = .seconds(9)
  /// After so many silent ports in a row a device is asked whether it is still there.
  static let silenceLimit = 24
  /// After so many open ports of which none has said a word, the device takes connections on every port:
  /// what else it takes tells nothing, and asking all of them takes minutes.
  static let muteLimit = 8
  /// The most ports beyond the list that a device's own word adds.
  static let namedLimit = 64
  /// The most questions that answers of one device may lead to.
  static let followUpLimit = 8
  /// How many descriptions of one device are read: its own, and one if that cannot be had.
  package static let descriptionLimit = 2
  static let verifyWait: Duration = .seconds(1)

  let ports: [UInt16]
  let probes: [DatagramProbe]
  let politeness: Politeness
  var pacer: Pacer
  var targets: [IPAddress: Target] = [:]
  /// How each device is treated, whatever number of addresses it has.
  var manners: [MACAddress: Manners] = [:]
  /// Addresses in the order they were added, those that are done removed.
  var waiting: [IPAddress] = []
  var connections: [ConnectionID: Connection] = [:]
  var actions: [Action] = []
  /// Connections that were answered to the first SYN, and those that needed another.
  var answeredAtOnce = 0
  var answeredLater = 0
  private var retired: [IPAddress] = []
  private var lastID = 0
  private var turn = 0

  package init(ports: [UInt16], probes: [DatagramProbe], politeness: Politeness) {
    self.ports =
      PortPolicy.fragilePorts.filter(ports.contains) + ports.filter { !PortPolicy.fragilePorts.contains($0) }
    self.probes = probes
    self.politeness = politeness
    pacer = Pacer(limit: politeness.probesPerSecond, burst: min(16, politeness.probesPerSecond / 4))
  }

  /// Starts to probe an address of a device; one that is known already changes nothing.
  package mutating func add(_ address: IPAddress, of device: MACAddress) {
    guard targets[address] == nil else { return }
    if manners[device] == nil {
      manners[device] = Manners(pacer: Pacer(limit: politeness.pacedProbesPerDevice, burst: 2))
    }
    targets[address] = Target(
      device: device, tcp: ports.map { Attempt(port: $0) },
      udp: probes.indices.filter { address.isVersion4 || !probes[$0].isVersion4Only }.map {
        DatagramAttempt(probe: $0)
      })
    waiting.append(address)
  }

  /// Whether more than one packet in fifty was lost, by what had to be asked again.
  var isLossy: Bool { answeredLater >= 5 && answeredLater * 50 >= answeredAtOnce + answeredLater }

  /// How often a silent port of a device is asked.
  func attempts(on target: Target?) -> Int {
    isLossy || target?.refusals ?? 0 >= Self.refusalsThatTell ? Self.attemptsAgainstLoss : Self.attempts
  }

  package var isFinished: Bool { waiting.isEmpty }

  package var results: [IPAddress: Result] { targets.mapValues(\.result) }

  /// How far it is: probes that have their answer, and all there are.
  package var progress: (done: Int, total: Int) {
    let each = ports.count + probes.count
    return targets.values.reduce((0, 0)) { sum, target in
      (sum.0 + (target.isDone ? each : min(each, max(0, each - target.remaining))), sum.1 + each)
    }
  }

  /// The actions that are due now.
  ///
  /// What has happened by the time `heard` has been told; it is `now` where the caller hears at once.
  package mutating func advance(now: Duration, heard: Duration? = nil) -> [Action] {
    expire(now: heard ?? now)
    issue(now: now)
    retire()
    defer { actions = [] }
    return actions
  }

  /// When ``advance(now:heard:)`` has something to do without a further event.
  package var wakeAt: Duration? {
    var times = connections.values.map(\.deadline)
    for address in active {
      guard let target = targets[address] else { continue }
      times += target.asked.values.map(\.deadline)
      times += target.followUps.compactMap(\.deadline)
      if let verify = target.verifyDeadline { times.append(verify) }
      if let manners = manners[target.device], target.hasWork(manners, politeness),
        connections.count < politeness.connections
      {
        times.append(max(manners.pacer.next, pacer.next))
      }
    }
    return times.min()
  }

  /// The addresses being probed now; the others wait for their turn.
  var active: ArraySlice<IPAddress> { waiting.prefix(politeness.devicesAtOnce) }

  private mutating func issue(now: Duration) {
    var idle = 0
    // One probe per device and turn, so that no device waits for the whole of another.
    while pacer.allows(at: now), connections.count < politeness.connections, idle < active.count {
      let address = active[active.startIndex + turn % active.count]
      turn += 1
      idle = issueOne(to: address, now: now) ? 0 : idle + 1
    }
  }

  private mutating func issueOne(to address: IPAddress, now: Duration) -> Bool {
    guard var target = targets[address], var manners = manners[target.device], manners.pacer.allows(at: now),
      target.hasWork(manners, politeness)
    else { return false }
    defer {
      targets[address] = target
      self.manners[target.device] = manners
    }
    manners.pacer.spend(at: now)
    pacer.spend(at: now)
    switch target.nextProbe(&manners, politeness) {
    case .datagram(var attempt):
      attempt.deadline = now + Self.datagramWait
      attempt.count += 1
      target.asked[attempt.probe] = attempt
      target.unanswered.insert(attempt.probe)
      actions.append(.datagram(address, probes[attempt.probe]))
    case .followUp(let index):
      target.followUps[index].deadline = now + Self.datagramWait
      actions.append(.datagram(address, target.followUps[index].probe))
    case .connect(let attempt):
      lastID += 1
      let wait = manners.isExclusive ? Self.exclusiveConnectWait : Self.connectWait
      connections[lastID] = Connection(
        address: address, attempt: attempt, startedAt: now, deadline: now + wait,
        limit: attempt.limit ?? now + Self.conversationLimit)
      target.connecting += 1
      manners.connecting += 1
      actions.append(.connect(lastID, Endpoint(address, attempt.port)))
    case nil: preconditionFailure("a target with work has a next probe")
    }
    return true
  }

  private mutating func retire() {
    retired += waiting.filter { targets[$0]?.isDone ?? true }
    waiting.removeAll { targets[$0]?.isDone ?? true }
  }

  /// The addresses that have nothing more to be asked, each told once.
  package mutating func takeRetired() -> [IPAddress] {
    defer { retired = [] }
    return retired
  }
}
