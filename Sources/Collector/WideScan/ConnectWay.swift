import Addresses
import CPacketRings
import Glibc
import LinuxIO

/// Connections that the kernel opens, and datagrams that it sends, by one interface: without CAP_NET_RAW.
///
/// A connection that is taken is ended with a reset at once, and nothing is sent on it; but other than with frames of our
/// own, its handshake has been completed then. What cannot be had: hops, echoes, and before Linux 5.18 who says of a TCP
/// port that it cannot be reached.
final class ConnectWay: ProbeWay {
  let bodies: ProbeBodies
  let descriptor: Descriptor
  private let interface: NetworkInterface
  private let datagrams: DatagramSockets
  /// Connections that are being opened, by descriptor.
  private var pending: [Int32: Pending] = [:]
  /// In the order in which they are given up.
  private var due: [(time: Int64, number: Int32, serial: Int)] = []
  private var head = 0
  private var serial = 0
  private let patience: Int64
  private let most: Int

  private struct Pending {
    var probe: Probe
    var serial: Int
  }

  /// The kernel would send a second SYN after a second (RFC 6298, section 2): before that it is given up.
  private static let longestPatience: Int64 = 900_000_000
  /// Connections that may be open at once; the limit of descriptors may bound them further.
  private static let mostPending = 4096

  init(_ job: WideScanner.Job, on interface: NetworkInterface, _ link: Link) throws(SystemError) {
    self.interface = interface
    patience = min(job.settings.patience, Self.longestPatience)
    most = Self.raisedLimit()
    let number = CPacketRings_crowd_make()
    guard number >= 0 else { throw SystemError(-number, "epoll_create1", interface.name) }
    descriptor = Descriptor(owning: number)
    datagrams = try DatagramSockets(
      job.space.services, interface: interface.name, wanted: job.sourcePort,
      version4: link.source4 != nil, version6: link.source6 != nil)
    bodies = ProbeBodies(
      cookie: ProbeCookie(
        key: job.key.cookie, source4: link.source4?.bits ?? 0, source6: link.source6?.bits ?? 0),
      ports: datagrams.ports, services: job.space.services)
    for socket in datagrams.all { try watch(socket.number, isWritable: false) }
  }

  deinit { discard() }

  /// The kernel would ask again by itself what it could not ask.
  func discard() {
    for number in pending.keys { CPacketRings_abort(number) }
    pending = [:]
    (due, head) = ([], 0)
  }

  func renew() {}

  let tier = Tier.connect
  let drops = 0
  var room: Int { max(0, min(Transmitter.most, most - pending.count)) }

  private static func raisedLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    limit.rlim_cur = min(limit.rlim_max, rlim_t(mostPending + 64))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return max(1, min(mostPending, Int(limit.rlim_cur) - 64))
  }

  private func watch(_ number: Int32, isWritable: Bool) throws(SystemError) {
    let result = CPacketRings_crowd_add(descriptor.number, number, isWritable ? 1 : 0)
    if result < 0 { throw SystemError(-result, "epoll_ctl", interface.name) }
  }

  func send(_ probes: [Probe]) throws(SystemError) -> Int {
    var failed = 0
    let now = Waiting.now
    for probe in probes {
      let error = probe.target.transport == .udp ? datagrams.ask(probe, bodies) : try connect(probe, at: now)
      guard error != 0 else { continue }
      // The kernel says that it has no way while the interface is down.
      if try NetworkInterface.named(interface.name)?.isUp != true {
        throw SystemError(ENETDOWN, "connect", interface.name)
      }
      failed += 1
    }
    return failed
  }

  /// Returns an errno value, or 0.
  private func connect(_ probe: Probe, at now: Int64) throws(SystemError) -> CInt {
    let number = CPacketRings_connect(
      probe.target.isVersion4 ? 4 : 6, ProbeBodies.octets(of: probe.target), probe.target.port, interface.name
    )
    guard number >= 0 else { return -number }
    do throws(SystemError) {
      try watch(number, isWritable: true)
    } catch {
      CPacketRings_abort(number)
      throw error
    }
    serial += 1
    pending[number] = Pending(probe: probe, serial: serial)
    due.append((now + patience, number, serial))
    return 0
  }

  func hear(
    _ engine: inout ScanEngine, at now: Int64, _ found: (Sighting) -> Void
  ) throws(SystemError) {
    var ready = [Int32](repeating: 0, count: 256)
    var count: Int32 = 0
    repeat {
      count = CPacketRings_crowd_ready(descriptor.number, &ready, Int32(ready.count))
      if count < 0 { throw SystemError(-count, "epoll_wait", interface.name) }
      for number in ready.prefix(Int(count)) {
        if let pending = pending.removeValue(forKey: number) {
          decide(number, pending.probe, &engine, found)
        } else {
          datagrams.hear(number, &engine, at: now, found)
        }
      }
    } while Int(count) == ready.count
    giveUp(at: now)
  }

  private func decide(
    _ number: Int32, _ probe: Probe, _ engine: inout ScanEngine, _ found: (Sighting) -> Void
  ) {
    defer { CPacketRings_abort(number) }
    var news = CPacketRings_news()
    let result = CPacketRings_connected(number, Int32(Judge.uselessWindow), &news)
    let (target, address) = (probe.target, probe.target.address)
    var (state, by): (TargetState, IPAddress)
    switch (result, news.error) {
    case (0, 0): (state, by) = (.open, address)
    case (1, 0): (state, by) = (.tarpit, address)
    case (0, ECONNREFUSED) where news.is_complaint == 0: (state, by) = (.closed, address)
    case (0, _) where news.is_complaint == 1:
      by = news.offender(isVersion4: target.isVersion4)
      state = Judge.state(
        Heard.Complaint(
          by: by, type: news.type, code: news.code, hops: 0, target: address, transport: .tcp,
          port: target.port, sourcePort: 0, proof: 0))
    case (0, EHOSTUNREACH), (0, ENETUNREACH): (state, by) = (.unreachable, address)
    default: return
    }
    let answer = Verdict.Answer(target: target, state: state, kind: probe.kind, by: by, hops: nil)
    if let sighting = engine.take(answer).sighting { found(sighting) }
  }

  private func giveUp(at now: Int64) {
    while head < due.count, due[head].time <= now {
      let (_, number, serial) = due[head]
      if pending[number]?.serial == serial {
        pending[number] = nil
        CPacketRings_abort(number)
      }
      head += 1
    }
    if head > 4096 {
      due.removeFirst(head)
      head = 0
    }
  }
}

extension CPacketRings_news {
  func offender(isVersion4: Bool) -> IPAddress { Self.address(by, isVersion4) }
  func peer(isVersion4: Bool) -> IPAddress { Self.address(peer, isVersion4) }

  private static func address<Octets>(_ octets: Octets, _ isVersion4: Bool) -> IPAddress {
    let number = withUnsafeBytes(of: octets) {
      $0.prefix(isVersion4 ? 4 : 16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    }
    return IPAddress(number: number, isVersion4: isVersion4)
  }
}
