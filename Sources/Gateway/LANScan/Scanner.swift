package import Addresses
import Crypto
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

  private let loop: EventLoop
  private let request: ScanRequest
  private let identifier: (MACAddress) -> String
  private let packets: PacketSocket
  /// Held while the scan lasts: two scans of one LAN would be twice its limits.
  private let reservation: Descriptor
  private var sweep: Sweep
  private var survey: Survey
  private var inventory = Inventory()
  private var isSweeping = true
  private var isRunning = true
  private let started = Clocks.wall
  private let startedAt: Duration
  private var verifying: Set<IPv4Address> = []
  private var connections: [Survey.ConnectionID: ProbeConnection] = [:]
  private var datagrams: ProbeDatagrams?
  /// Answers to questions to groups, of addresses that ARP has not told yet.
  private var early: [(bytes: [UInt8], sender: Endpoint)] = []
  private var groupRounds: ArraySlice<Duration>
  /// When the groups are asked: at once, and again for who missed it or answers slowly.
  private static let groupRounds: [Duration] = [.zero, .milliseconds(1300)]
  private static let earlyLimit = 512
  private static let turnLimit = 256
  /// How long answers to the last question to groups are awaited: MX of one second and a little.
  private static let groupWait: Duration = .milliseconds(1200)
  /// A device is given up only when it misses this many ARP requests, for frames get lost.
  private static let verifyTries = 3

  private var packetToken: EventLoop.Token?
  private var timer: EventLoop.Token?
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
    datagrams = ProbeDatagrams(interface: request.interface.name, loop: loop) { [weak self] bytes, sender in
      self?.received(bytes, from: sender)
    }
    takeKnownNeighbours()
    packetToken = loop.watch(packets.descriptor, for: .read) { [weak self] _ in self?.readFrames() }
    timer = loop.after(.zero) { [weak self] in self?.advance() }
  }

  package var progress: Progress {
    let (done, total) = survey.progress
    return Progress(devices: inventory.deviceCount, done: done, total: total)
  }

  /// Ends the scan now; what was found so far is handed over as an incomplete result.
  package func stop() { finish(complete: false) }

  // MARK: - Finding devices

  private func takeKnownNeighbours() {
    for lease in request.leases {
      if let name = lease.name { inventory.name(lease.hardwareAddress, Text.clean(name)) }
    }
    // A table that cannot be read takes nothing from the sweep.
    for neighbour in (try? Neighbour.table(of: request.interface)) ?? []
    where isWanted(neighbour.hardwareAddress) {
      // IPv4 addresses are only hints: a stale entry may be gone, and the sweep asks all of them.
      if case .v6 = neighbour.address {
        _ = inventory.claim(neighbour.address, by: neighbour.hardwareAddress)
      }
    }
  }

  private func isWanted(_ mac: MACAddress) -> Bool {
    !request.excludedHardware.contains(mac) && mac != request.interface.hardwareAddress
  }

  private func readFrames() {
    // Bounded, so that a flood of ARP does not hold the loop.
    for _ in 0..<Self.turnLimit {
      guard let frame = try? packets.receive() else { break }
      guard let packet = ARPPacket(frame: frame), packet.sender.bits != 0, isWanted(packet.senderHardware),
        request.ownAddress(towards: packet.sender) != nil,
        !request.excludedAddresses.contains(packet.sender)
      else { continue }
      // Who asks is here, and others may still have the same address.
      if packet.operation == .reply { sweep.answered(packet.sender) }
      if verifying.remove(packet.sender) != nil { survey.alive(packet.sender) }
      if inventory.claim(.v4(packet.sender), by: packet.senderHardware) {
        probe(packet.sender, of: packet.senderHardware)
      }
    }
    advance()
  }

  private func ask(_ address: IPv4Address) {
    guard let mac = request.interface.hardwareAddress, let own = request.ownAddress(towards: address) else {
      return
    }
    // A frame the kernel did not take is asked again in the next pass.
    _ = try? packets.send(
      ARPPacket(operation: .request, senderHardware: mac, sender: own, target: address).frame)
  }

  // MARK: - Probing

  private func advance() {
    guard isRunning else { return }
    let now = loop.now
    askGroups(now: now)
    let heardAt = startedAt + (Self.groupRounds.last ?? .zero) + Self.groupWait
    var wake = [groupRounds.first, heardAt].compactMap { $0 }.min()
    while isSweeping {
      guard survey.pacer.allows(at: now) else {
        wake = min(wake ?? survey.pacer.next, survey.pacer.next)
        break
      }
      switch sweep.next(now: now) {
      case .ask(let address):
        survey.pacer.spend(at: now)
        ask(address)
        continue
      case .wait(let until):
        wake = min(wake ?? until, until)
      case .finished: isSweeping = false
      }
      break
    }
    for action in survey.advance(now: now) { perform(action, now: now) }
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

  private func verify(_ address: IPv4Address, tries: Int) {
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
        advance()
      }
    } catch {
      // No descriptor or no route just now: it counts as unanswered when its time is over.
    }
  }

  private func send(_ probe: DatagramProbe, to address: IPv4Address) {
    guard let own = request.ownAddress(towards: address) else { return }
    datagrams?.send(probe, to: address, from: own)
  }

  /// Asks the groups that some devices listen to alone, when it is time.
  private func askGroups(now: Duration) {
    guard let due = groupRounds.first, due <= now, let own = request.interface.addresses.first?.address else {
      return
    }
    groupRounds.removeFirst()
    for probe in request.probes {
      guard let group = probe.group else { continue }
      survey.pacer.spend(at: now)
      datagrams?.send(probe, toGroup: group, from: own)
    }
  }

  private func received(_ bytes: [UInt8], from sender: Endpoint) {
    guard isRunning, request.ownAddress(towards: sender.address) != nil else { return }
    if survey.targets[sender.address] == nil {
      guard !request.excludedAddresses.contains(sender.address), early.count < Self.earlyLimit else { return }
      // Whoever answers a group is here, even if it has missed what ARP asked so far.
      if !early.contains(where: { $0.sender.address == sender.address }) { ask(sender.address) }
      early.append((bytes, sender))
    } else {
      survey.received(datagram: bytes, from: sender.address, port: sender.port)
    }
    advance()
  }

  private func probe(_ address: IPv4Address, of device: MACAddress) {
    survey.add(address, of: device)
    for answer in early where answer.sender.address == address {
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
    var answering: [IPv4Address: MACAddress] = [:]
    for neighbour in table {
      if case .v4(let address) = neighbour.address { answering[address] = neighbour.hardwareAddress }
      if case .v6 = neighbour.address, isWanted(neighbour.hardwareAddress) {
        _ = inventory.claim(neighbour.address, by: neighbour.hardwareAddress)
      }
    }
    let devices = inventory.devices(
      results: survey.results, answering: answering, seen: started, identifier: identifier)
    return Findings(
      facts: ScanFacts(
        interface: request.interface.name, networks: request.interface.addresses.map(\.network),
        started: started, durationMilliseconds: (loop.now - startedAt).milliseconds, complete: complete),
      devices: SameDevice.merged(devices, leases: request.leases))
  }
}
