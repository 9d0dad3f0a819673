import Addresses
import LinuxIO

/// How probes leave and answers come.
protocol ProbeWay: AnyObject {
  var tier: Tier { get }
  var bodies: ProbeBodies { get }
  /// Becomes readable when something was heard.
  var descriptor: Descriptor { get }
  /// How many more probes may leave now.
  var room: Int { get }
  /// Frames that came and were lost since the last time.
  var drops: Int { get }
  /// Sends all of these, at most ``room``; returns how many the kernel did not take.
  func send(_ probes: [Probe]) throws(SystemError) -> Int
  /// Has nothing leave any more that was asked for before: the interface is down.
  func discard()
  /// Is ready again: the interface is up.
  func renew() throws(SystemError)
  /// Gives the engine all that was heard.
  func hear(
    _ engine: inout ScanEngine, at now: Int64, _ found: (Sighting) -> Void
  ) throws(SystemError)
}

/// Frames of our own, and a ring for those that come: with CAP_NET_RAW.
final class RawWay: ProbeWay {
  let bodies: ProbeBodies
  private let ports: HeldPorts
  private let ring: HearingRing
  private let transmitter: Transmitter
  private let frames: ProbeFrames

  init(
    _ job: WideScanner.Job, on interface: NetworkInterface, _ link: Link
  ) throws(SystemError) {
    let services = job.space.services
    let answerPorts = Set(services.compactMap { $0.question?.answerPort })
    ports = try HeldPorts(
      wanted: job.sourcePort, version4: link.source4 != nil, version6: link.source6 != nil,
      transports: Set(services.map(\.transport)), answerPorts: answerPorts)
    ring = try HearingRing(on: interface, ports: ports.ports, answerPorts: answerPorts)
    bodies = ProbeBodies(
      cookie: ProbeCookie(
        key: job.key.cookie, source4: link.source4?.bits ?? 0, source6: link.source6?.bits ?? 0),
      ports: ports.ports, services: services)
    frames = ProbeFrames(link, bodies)
    transmitter = try Transmitter(on: interface, longest: frames.longest, tier: job.tier)
  }

  var tier: Tier { transmitter.tier }
  var descriptor: Descriptor { ring.descriptor }
  var room: Int { Transmitter.most }
  var drops: Int { ring.drops }

  func send(_ probes: [Probe]) throws(SystemError) -> Int { try transmitter.send(probes, frames) }

  func discard() {}
  func renew() throws(SystemError) { try transmitter.renew() }

  func hear(
    _ engine: inout ScanEngine, at now: Int64, _ found: (Sighting) -> Void
  ) throws(SystemError) {
    try ring.drain { (bytes) throws(SystemError) in
      guard let heard = AnswerReader.read(bytes) else { return }
      let reaction = engine.hear(heard, at: now)
      if let sighting = reaction.sighting { found(sighting) }
      guard let reset = reaction.reset else { return }
      let frame = frames.reset(reset.target, kind: reset.kind, sequence: reset.sequence)
      do throws(SystemError) {
        _ = try transmitter.send(frame)
      } catch {
        if !Errors.isDown(error.code) { throw error }
      }
    }
  }
}
