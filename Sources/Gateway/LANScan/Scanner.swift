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
  private var sweep: Sweep
  private var survey: Survey
  private var inventory = Inventory()
  private var isSweeping = true
  private var isRunning = true
  private let started = Clocks.wall
  private let startedAt: Duration
  private var verifying: Set<IPv4Address> = []
  private var connections: [Survey.ConnectionID: ProbeConnection] = [:]
  private var datagrams: [IPv4Address: (socket: UDPSocket, token: EventLoop.Token)] = [:]
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
      packets = try PacketSocket(on: request.interface, etherType: ARPPacket.etherType)
    } catch {
      throw error.isPermission ? .missingCapability(error) : .system(error)
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
    while let frame = try? packets.receive() {
      guard let packet = ARPPacket(frame: frame), packet.sender.bits != 0, isWanted(packet.senderHardware),
        request.ownAddress(towards: packet.sender) != nil,
        !request.excludedAddresses.contains(packet.sender)
      else { continue }
      sweep.answered(packet.sender)
      if verifying.remove(packet.sender) != nil { survey.alive(packet.sender) }
      if inventory.claim(.v4(packet.sender), by: packet.senderHardware) { survey.add(packet.sender) }
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
    var wake = survey.wakeAt
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
    closeIdleDatagramSockets()
    if !isSweeping, survey.isFinished {
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
    case .datagram(let address, let probe): sendDatagram(to: address, probe: probe)
    case .verify(let address):
      verifying.insert(address)
      ask(address)
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
        case .secured: survey.secured(id, now: now)
        case .closed: survey.closed(id, now: now)
        }
        advance()
      }
    } catch {
      // No descriptor or no route just now: it counts as unanswered when its time is over.
    }
  }

  private func sendDatagram(to address: IPv4Address, probe: Int) {
    guard let own = request.ownAddress(towards: address) else { return }
    if datagrams[address] == nil, let socket = try? UDPSocket(interface: request.interface.name) {
      let token = loop.watch(socket.descriptor, for: .read) { [weak self] _ in
        self?.readDatagrams(of: address)
      }
      datagrams[address] = (socket, token)
    }
    guard let socket = datagrams[address]?.socket else { return }
    let question = request.probes[probe]
    try? socket.send(question.request((own, socket.localPort)), to: Endpoint(address, question.port))
  }

  private func readDatagrams(of address: IPv4Address) {
    guard let socket = datagrams[address]?.socket else { return }
    // A device that floods gets one turn of bounded length; the rest waits in the kernel's buffer.
    for _ in 0..<16 {
      guard let (bytes, sender) = socket.receive(limit: 4096) else { break }
      if sender.address == address { survey.received(datagram: bytes, from: address, port: sender.port) }
    }
    advance()
  }

  private func closeIdleDatagramSockets() {
    for (address, open) in datagrams where survey.targets[address]?.isDone ?? true {
      loop.cancel(open.token)
      datagrams[address] = nil
    }
  }

  // MARK: - The end

  private func finish(complete: Bool) {
    guard isRunning else { return }
    isRunning = false
    loop.cancel(timer)
    loop.cancel(packetToken)
    for connection in connections.values { connection.close() }
    for open in datagrams.values { loop.cancel(open.token) }
    connections = [:]
    datagrams = [:]
    onEnd(findings(complete: complete))
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
      devices: devices)
  }
}
