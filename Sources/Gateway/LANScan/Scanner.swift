package import Addresses
import Cryptography
import Identify
package import LinuxIO
import Packets
package import Posture

/// Scans one LAN on the caller's loop: performs what ``Sweep`` and ``Survey`` decide.
package final class Scanner {
  /// How far a scan is.
  package struct Progress: Hashable, Sendable {
    package var devices: Int
    package var done: Int
    package var total: Int
  }

  /// What a scan found, before anything is judged.
  package struct Findings: Sendable {
    package var facts: ScanFacts
    package var devices: [Device]
  }

  let loop: EventLoop
  let request: ScanRequest
  private let identifier: (MACAddress) -> String
  let packets: PacketSocket
  var neighbours: NeighbourSearch?
  /// Held while the scan lasts: two scans of one LAN would be twice its limits.
  private let reservation: Descriptor
  var sweep: Sweep
  var survey: Survey
  var inventory = Inventory()
  /// Who has one of the excluded addresses, and which of these are known to be somebody's.
  var excluded: Set<MACAddress> = []
  var resolved: Set<IPAddress> = []
  var hasNewNeighbours = false
  var isSweeping = true
  var isRunning = true
  private let started = Clocks.wall
  private let startedAt: Duration
  var verifying: Set<IPAddress> = []
  private var connections: [Survey.ConnectionID: ProbeConnection] = [:]
  private var datagrams: ProbeDatagrams?
  /// Answers to questions to groups, of addresses that ARP has not told yet.
  private var early: [(bytes: [UInt8], sender: Endpoint, hardware: MACAddress?)] = []
  private var groupRounds: ArraySlice<Duration>
  /// When the groups are asked: at once, and again for who missed it or answers slowly.
  private static let groupRounds: [Duration] = [.zero, .milliseconds(1300)]
  private static let earlyLimit = 512
  static let turnLimit = 256
  /// How long answers to the last question to groups are awaited: MX of one second and a little.
  private static let groupWait: Duration = .milliseconds(1200)
  /// A device is given up only when it misses this many ARP requests, for frames get lost.
  private static let verifyTries = 3

  private var packetToken: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var isDue = false
  private var isSweptAgain = false
  private let onEnd: (Findings) -> Void

  /// Starts a scan.
  ///
  /// `identifier` gives the opaque id of the device with a hardware address; `onEnd` is called once, when
  /// the scan has finished or was stopped. Throws where the socket for ARP is refused.
  package init(
    _ request: ScanRequest, on loop: EventLoop, identifier: @escaping (MACAddress) -> String,
    onEnd: @escaping (Findings) -> Void
  ) throws(ScanError) {
    self.loop = loop
    self.request = request
    self.identifier = identifier
    self.onEnd = onEnd
    startedAt = loop.now
    sweep = Sweep(addresses: request.targets)
    survey = Survey(ports: request.ports, probes: request.probes, politeness: request.politeness)
    do {
      reservation = try UnixSocket.reserve("kadomori-scan-" + request.interface.name)
      packets = try PacketSocket(on: request.interface, etherType: ARPPacket.etherType)
    } catch {
      if error.isInUse { throw .alreadyScanning(request.interface.name) }
      throw error.isPermission ? .missingCapability(error) : .system(error)
    }
    groupRounds = Self.groupRounds.map { [startedAt] in startedAt + $0 }[...]
    datagrams = ProbeDatagrams(interface: request.interface, loop: loop) { [weak self] in
      self?.received($0, from: $1, $2)
    }
    takeKnownNeighbours()
    do {
      neighbours = try NeighbourSearch(on: request.interface, loop: loop) { [weak self] in self?.heard($0) }
    } catch {
      throw error.isPermission ? .missingCapability(error) : .system(error)
    }
    packetToken = loop.watch(packets.descriptor, for: .read) { [weak self] _ in self?.readFrames() }
    timer = loop.after(.zero) { [weak self] in self?.advance() }
  }

  package var progress: Progress {
    let (done, total) = survey.progress
    return Progress(devices: inventory.deviceCount, done: done, total: total)
  }

  /// Ends the scan now; what was found so far is handed over as an incomplete result.
  package func stop() { finish(complete: false) }

  // MARK: - Probing

  /// Has the survey go on once all that is ready has been heard: a gateway that is busy reads answers late, and must not
  /// take them for silence.
  func advanceSoon() {
    guard isRunning, !isDue else { return }
    isDue = true
    loop.cancel(timer)
    timer = loop.after(.zero) { [weak self] in self?.advance() }
  }

  private func advance() {
    isDue = false
    guard isRunning else { return }
    let now = loop.now
    askGroups(now: now)
    let heardAt = max(
      startedAt + (Self.groupRounds.last ?? .zero) + Self.groupWait, neighbours?.heardAt ?? .zero)
    if let asked = neighbours?.ask(now: now), asked > 0 { survey.pacer.spend(asked, at: now) }
    var wake = [groupRounds.first, neighbours?.due, heardAt].compactMap { $0 }.filter { $0 > now }.min()
    while isSweeping {
      guard survey.pacer.allows(at: now) else {
        wake = min(wake ?? survey.pacer.next, survey.pacer.next)
        break
      }
      switch sweep.next(now: now) {
      case .ask(let address):
        survey.pacer.spend(at: now)
        ask(.v4(address))
        continue
      case .wait(let until):
        wake = min(wake ?? until, until)
      case .finished where !isSweptAgain && !inventory.onlyOverIPv6.isEmpty:
        // Either it has no address of IPv4, or its answers were lost.
        isSweptAgain = true
        sweep.goOn()
        continue
      case .finished: isSweeping = false
      }
      break
    }
    // Only now is it known who has no address of IPv4.
    if !isSweeping, hasNewNeighbours, mayProbeOverIPv6 {
      hasNewNeighbours = false
      for found in inventory.onlyOverIPv6 { probe(.v6(found.address), of: found.mac) }
    }
    for action in survey.advance(now: now, heard: loop.asked) { perform(action, now: now) }
    for address in survey.takeRetired() { datagrams?.close(address) }
    if !isSweeping, survey.isFinished, now >= heardAt {
      finish(complete: true)
      return
    }
    if let next = survey.wakeAt { wake = min(wake ?? next, next) }
    loop.cancel(timer)
    timer = loop.after(max(.milliseconds(1), (wake ?? now) - now)) { [weak self] in self?.advance() }
  }

  private func perform(_ action: Survey.Action, now: Duration) {
    switch action {
    case .connect(let id, let endpoint): connect(id, endpoint)
    case .send(let id, let bytes): connections[id]?.send(bytes)
    case .secure(let id): connections[id]?.secure()
    case .close(let id): connections.removeValue(forKey: id)?.close()
    case .datagram(let address, let probe): send(probe, to: address)
    case .verify(let address):
      verifying.insert(address)
      verify(address, tries: Self.verifyTries)
    }
  }

  private func verify(_ address: IPAddress, tries: Int) {
    guard isRunning, tries > 0, verifying.contains(address) else { return }
    ask(address)
    _ = loop.after(Survey.verifyWait / Self.verifyTries) { [weak self] in
      self?.verify(address, tries: tries - 1)
    }
  }

  private func connect(_ id: Survey.ConnectionID, _ endpoint: Endpoint) {
    do throws(SystemError) {
      connections[id] = try ProbeConnection(to: endpoint, interface: request.interface.name, loop: loop) {
        [weak self] event in
        guard let self, isRunning else { return }
        let now = self.loop.now
        switch event {
        case .opened: survey.opened(id, now: now)
        case .refused:
          survey.refused(id, now: now)
          connections.removeValue(forKey: id)?.close()
        case .unanswered: connections.removeValue(forKey: id)?.close()
        case .received(let bytes): survey.received(id, bytes, now: now)
        case .secured(let facts): survey.secured(id, facts.map { .init($0) } ?? [:], now: now)
        case .closed: survey.closed(id, now: now)
        }
        advanceSoon()
      }
    } catch {
      // No descriptor or no route just now: it counts as unanswered when its time is over.
    }
  }

  private func send(_ probe: DatagramProbe, to address: IPAddress) {
    guard let own = request.ownAddress(towards: address) else { return }
    datagrams?.send(probe, to: address, from: own)
  }

  /// Asks the groups that some devices listen to alone, when it is time.
  private func askGroups(now: Duration) {
    guard let due = groupRounds.first, due <= now else { return }
    groupRounds.removeFirst()
    for probe in request.probes {
      for group in probe.groups {
        let own: IPAddress? =
          group.isVersion4
          ? request.interface.addresses.first.map { .v4($0.address) }
          : request.interface.linkLocal.map { .v6($0) }
        guard let own else { continue }
        survey.pacer.spend(at: now)
        datagrams?.send(probe, toGroup: group, from: own)
      }
    }
  }

  private func received(_ bytes: [UInt8], from sender: Endpoint, _ hardware: MACAddress?) {
    guard isRunning, request.ownAddress(towards: sender.address) != nil else { return }
    if survey.targets[sender.address] == nil {
      guard !request.excludedAddresses.contains(sender.address), early.count < Self.earlyLimit else { return }
      // Whoever answers a group is here, even if it has missed what ARP asked so far.
      if !early.contains(where: { $0.sender.address == sender.address }) { ask(sender.address) }
      early.append((bytes, sender, hardware))
    } else if hardware.map({ inventory.isClaimed(sender.address, by: $0) }) ?? true {
      // Nobody answers in the name of another.
      survey.received(datagram: bytes, from: sender.address, port: sender.port)
    }
    advanceSoon()
  }

  func probe(_ address: IPAddress, of device: MACAddress) {
    guard survey.targets[address] == nil else { return }
    survey.add(address, of: device)
    for answer in early where answer.sender.address == address && answer.hardware ?? device == device {
      survey.received(datagram: answer.bytes, from: address, port: answer.sender.port)
    }
    early.removeAll { $0.sender.address == address }
  }

  // MARK: - The end

  private func finish(complete: Bool) {
    guard isRunning else { return }
    isRunning = false
    loop.cancel(timer)
    loop.cancel(packetToken)
    for connection in connections.values { connection.close() }
    neighbours?.close()
    datagrams?.closeAll()
    connections = [:]
    onEnd(findings(complete: complete && isLinkUp))
  }

  /// Whether the LAN is still there: without it, silence says nothing of the devices.
  private var isLinkUp: Bool {
    (try? NetworkInterface.named(request.interface.name))?.isUp ?? false
  }

  private func findings(complete: Bool) -> Findings {
    let table = (try? Neighbour.table(of: request.interface)) ?? []
    var answering: [IPAddress: MACAddress] = [:]
    for neighbour in table {
      answering[neighbour.address] = neighbour.hardwareAddress
      note(neighbour)
    }
    if !mayProbeOverIPv6 { inventory.forgetHeard() }
    let devices = inventory.devices(
      results: survey.results, answering: answering, seen: started, identifier: identifier
    ).filter { $0.mac.map(isWanted) ?? true }
    return Findings(
      facts: ScanFacts(
        interface: request.interface.name, networks: request.interface.addresses.map(\.network),
        started: started, durationMilliseconds: (loop.now - startedAt).milliseconds, complete: complete),
      devices: SameDevice.merged(devices, leases: request.leases))
  }
}
