import Addresses
import CLinux
import Cryptography
import LinuxIO
package import Posture

/// Runs a scan over one interface: sends, hears, tells and keeps its place, on one thread.
package final class WideScanner {
  /// What it needs to know beside the engine's settings.
  package struct Job: Sendable {
    package var authorisation: Authorisation
    package var space: TargetSpace
    package var key: ScanKey
    package var interface: String
    package var shard = Shard.whole
    package var settings = ScanSettings()
    package var tier: Tier?
    /// The first of the ports that probes leave by; any that are free for `nil`.
    package var sourcePort: UInt16?
    package var resume: Checkpoint.Progress?

    package init(_ authorisation: Authorisation, _ space: TargetSpace, key: ScanKey, interface: String) {
      self.authorisation = authorisation
      self.space = space
      self.key = key
      self.interface = interface
    }
  }

  /// What the caller does meanwhile.
  package struct Callbacks {
    package var found: (Sighting, WallTime) -> Void
    /// Is called four times a second; returns who has opted out, where that has changed.
    package var turn: () throws -> AddressSet?
    /// Keeps where the scan is; is called once a second, or less often where that takes long.
    package var keep: ((Checkpoint.Progress) throws -> Void)?
    package var notice: (String) -> Void

    package init(
      found: @escaping (Sighting, WallTime) -> Void, turn: @escaping () throws -> AddressSet?,
      keep: ((Checkpoint.Progress) throws -> Void)?, notice: @escaping (String) -> Void
    ) {
      self.found = found
      self.turn = turn
      self.keep = keep
      self.notice = notice
    }
  }

  package private(set) var engine: ScanEngine
  package var tier: Tier { way.tier }
  /// Why it is no faster one, where that was not asked for.
  package let reason: String?
  package private(set) var isStopped = false
  /// Whether nothing is sent for now; answers are heard all the same.
  package var isHeld = false

  private let job: Job
  private let way: any ProbeWay
  private let interfaceIndex: Int
  private let started: (wall: WallTime, boot: Int64)
  private var nextTurn: Int64 = 0
  private var nextKeep: Int64 = 0

  private static let turnLength: Int64 = 250_000_000
  private static let keepLength: Int64 = 1_000_000_000
  private static let heldLength: Int64 = 20_000_000
  /// How often it is looked whether an interface is up again, in nanoseconds.
  private static let downLength = 20_000_000
  /// How long an interface may be down.
  private static let longestDown: Int64 = 60_000_000_000

  /// Gives back what was needed for a while only: reading a plan takes more than scanning.
  package static func releaseMemory() { CLinux_release_memory() }

  /// Opens everything; no probe leaves yet.
  package init(_ job: Job) throws {
    guard job.authorisation.interfaces.contains(job.interface) else {
      throw WideScanError(
        .scope,
        "the authorisation is for \(job.authorisation.interfaces.joined(separator: ", ")), not for interface "
          + "'\(job.interface)'; choose another interface, or have it signed for this one")
    }
    guard let interface = try NetworkInterface.named(job.interface) else {
      throw WideScanError(.network, "there is no interface '\(job.interface)'; 'ip link' shows their names")
    }
    guard interface.isUp else {
      throw WideScanError(.network, "interface '\(job.interface)' is down; 'ip link set \(job.interface) up'")
    }
    self.job = job
    interfaceIndex = interface.index
    let chosen = try WayChoice.way(for: job, on: interface)
    way = chosen.way
    reason = chosen.reason
    engine = ScanEngine(
      job.space, key: job.key, ports: way.bodies.ports, source4: chosen.link.source4,
      source6: chosen.link.source6, shard: job.shard, settings: job.settings)
    started = (Clocks.wall, Waiting.now)
    if let resume = job.resume, !engine.resume(resume) {
      throw WideScanError(
        .checkpoint, "the checkpoint is of another scan; remove it, or give that scan's plan")
    }
  }

  /// The time of day, which does not jump when somebody sets the clock.
  private func wall(_ now: Int64) -> WallTime {
    WallTime(milliseconds: started.wall.milliseconds + (now - started.boot) / 1_000_000)
  }

  /// Leaves these alone from the first probe on, for those who opted out since the scan was planned.
  package func leaveAlone(_ addresses: AddressSet) { engine.leaveAlone(addresses) }

  /// Ends the scan at the next turn.
  package func stop() { isStopped = true }

  package func run(_ callbacks: Callbacks) throws {
    Self.releaseMemory()
    var probes: [Probe] = []
    probes.reserveCapacity(Transmitter.most)
    var now = Waiting.now
    while engine.phase != .done, !isStopped {
      let room = way.room
      engine.next(at: now, atMost: isHeld ? 0 : room, into: &probes)
      if !probes.isEmpty { try send(probes, callbacks) }
      now = Waiting.now
      try hear(callbacks, at: now)
      engine.tick(at: now)
      if now >= nextTurn { try turn(callbacks, at: now) }
      // Held, or without room, there is nothing to do before something was heard.
      let wait = isHeld ? Self.heldLength : min(engine.pause(at: now), Self.turnLength)
      Waiting.pause(room > 0 ? wait : max(2_000_000, wait), hearing: way.descriptor)
      now = Waiting.now
    }
    if let keep = callbacks.keep { try keep(engine.progress) }
  }

  private func send(_ probes: [Probe], _ callbacks: Callbacks) throws {
    do throws(SystemError) {
      let failed = try way.send(probes)
      if failed > 0 { engine.lost(sending: failed, receiving: 0) }
    } catch {
      guard Errors.isDown(error.code) else { throw error }
      try waitForInterface(callbacks)
      // What was to leave then counts as sent, and as lost.
      engine.lost(sending: probes.count, receiving: 0)
    }
  }

  private func waitForInterface(_ callbacks: Callbacks) throws {
    way.discard()
    callbacks.notice("interface '\(job.interface)' is down; the scan waits up to 60 s for it")
    let end = Waiting.now + Self.longestDown
    while true {
      let interface = try NetworkInterface.named(job.interface)
      // One of the same name that was made since then is another: what is open here does not lead there.
      if let interface, interface.index != interfaceIndex {
        throw try gone(
          "interface '\(job.interface)' was taken away, and another of that name made", callbacks)
      }
      if interface?.isUp == true { break }
      guard Waiting.now < end, !isStopped else {
        throw try gone("interface '\(job.interface)' went down", callbacks)
      }
      Waiting.sleep(Self.downLength)
      // Who opts out meanwhile is told of once.
      if let optOuts = try callbacks.turn() { engine.leaveAlone(optOuts) }
    }
    do throws(SystemError) {
      try way.renew()
    } catch {
      throw try gone("interface '\(job.interface)' is up again, and takes no frames: \(error)", callbacks)
    }
    engine.interrupted(until: Waiting.now)
    callbacks.notice("interface '\(job.interface)' is up again")
  }

  /// Keeps where the scan is, and says what ends it.
  private func gone(_ words: String, _ callbacks: Callbacks) throws -> WideScanError {
    if let keep = callbacks.keep { try keep(engine.progress) }
    return WideScanError(.network, words + "; start again to go on from the checkpoint")
  }

  private func hear(_ callbacks: Callbacks, at now: Int64) throws {
    try way.hear(&engine, at: now) { callbacks.found($0, wall(now)) }
  }

  private func turn(_ callbacks: Callbacks, at now: Int64) throws {
    nextTurn = now + Self.turnLength
    let drops = way.drops
    if drops > 0 { engine.lost(sending: 0, receiving: drops) }
    guard wall(now) < job.authorisation.validUntil else {
      if let keep = callbacks.keep { try keep(engine.progress) }
      throw WideScanError(
        .scope, "the authorisation expired at \(job.authorisation.validUntil) during the scan")
    }
    // Who only waits for answers is told by nobody.
    if try NetworkInterface.named(job.interface)?.isUp != true { try waitForInterface(callbacks) }
    if let optOuts = try callbacks.turn() { engine.leaveAlone(optOuts) }
    guard let keep = callbacks.keep, now >= nextKeep else { return }
    try keep(engine.progress)
    // At most a twentieth of the time goes into keeping.
    let end = Waiting.now
    nextKeep = end + max(Self.keepLength, 20 * (end - now))
  }
}

/// Why a scan cannot begin, or go on.
package struct WideScanError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable { case scope, network, checkpoint }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
