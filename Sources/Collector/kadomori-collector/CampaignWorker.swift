import ArgumentParser
import Campaigns
import FleetStore
import Foundation
import LinuxIO
import Posture

/// Works on a campaign until it is done: takes what nobody has, one part after the other.
///
/// Any number of workers share a campaign; what one that dies had is taken over when its lease is over.
struct CampaignWorker {
  let store: FleetStore
  let record: CampaignRecord
  /// Where firmware profiles are, by which kinds of devices are told.
  let profiles: String?

  private static let pause: UInt32 = 500_000
  /// The host's name and the process: no two workers have the same.
  private static let holder: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(host)-\(getpid())"
  }()

  /// Returns the state in which the campaign ended, for this worker.
  func run() async throws -> CampaignState {
    let watch = try CampaignWatch(record)
    if let problem = watch.judge() { try halt(problem, watch) }
    var told: ShardDirective?
    while true {
      if let state = try state() { watch.note(state) }
      if watch.state.isOver { return watch.state }
      let directive = watch.directive()
      if case .giveBack(let reason) = directive {
        try stop(for: reason, told: told == directive, watch)
        told = directive
        usleep(Self.pause)
        continue
      }
      told = nil
      if record.spec.looksAgain, let lease = try take(.look) {
        try end(of: try LookWork(store, record, lease, watch, profiles: profiles).run(), watch)
      } else if let lease = try take(.scan) {
        if lease.isTakenOver { talk("shard \(lease.number + 1) is taken over from a worker that is gone") }
        try end(of: try ShardWork(store, record, lease, watch).run(), watch)
      } else {
        if let state = try settled() { watch.note(state) }
        if !watch.state.isOver { usleep(Self.pause) }
      }
    }
  }

  private func state() throws -> CampaignState? {
    do { return try store.campaign(record.name)?.state } catch { return try borne(error) }
  }

  private func take(_ kind: PartLease.Kind) throws -> PartLease? {
    do {
      return try store.lease(
        kind, of: record.name, by: Self.holder, seconds: record.spec.lease,
        atMost: kind == .scan ? record.spec.workers : .max)
    } catch { return try borne(error) }
  }

  private func settled() throws -> CampaignState? {
    do { return try store.settle(record.name, at: Clocks.wall) } catch { return try borne(error) }
  }

  /// Bears that the store is away for now.
  private func borne<Value>(_ error: StoreError) throws -> Value? {
    guard error.isPassing else { throw error }
    talk("the store is away: \(error)")
    return nil
  }

  /// Says why nothing is done, once.
  private func stop(for reason: ShardDirective.Reason, told: Bool, _ watch: CampaignWatch) throws {
    switch reason {
    case .interrupted: throw ExitCode(130)
    case .over:
      try watch.insist { () throws(StoreError) in
        try store.end(record.name, as: .stopped, reason: "its time was over", at: Clocks.wall)
      }
    case .halted(let problem): try halt(problem, watch)
    case .paused:
      if !told { talk("'\(record.name)' rests; 'campaign resume \(record.name)' has it go on") }
    case .blackout:
      if !told,
        case .waits(let until) = record.spec.schedule.moment(
          at: Clocks.wall, minuteOfDay: Clocks.localMinuteOfDay)
      {
        talk("nothing is probed before \(until.wholeSeconds)")
      }
    case .renewed: talk("the authorisation was renewed")
    }
  }

  private func halt(_ problem: String, _ watch: CampaignWatch) throws -> Never {
    try watch.insist { () throws(StoreError) in
      try store.end(record.name, as: .halted, reason: problem, at: Clocks.wall)
    }
    talk(TerminalText.multiline("'\(record.name)' is halted: \(problem)"))
    throw ExitCode(ExitStatus.refused.rawValue)
  }

  private func end(of end: PartEnd, _ watch: CampaignWatch) throws {
    switch end {
    case .done: break
    case .lost:
      talk("another worker has taken the shard over; what this one had not stored is found again there")
    case .givenBack(.halted(let problem)): try halt(problem, watch)
    // The reason still holds at the next turn, where it is told.
    case .givenBack: break
    case .failed(let failure) where failure.status == ExitStatus.refused.rawValue:
      try halt(failure.text, watch)
    case .failed(let failure):
      talk(TerminalText.multiline(failure.text))
      throw ExitCode(failure.status)
    }
  }
}
