import ArgumentParser
import Campaigns
import FleetStore
import Glibc
import LinuxIO
import Posture
import WideScan

/// Knows whether a worker may go on: by what operators want, by the hour, by the authorisation's file, by signals.
final class CampaignWatch {
  private let record: CampaignRecord
  private let signals: StopSignals
  private(set) var state: CampaignState
  private var isInterrupted = false
  private var stamp: String?

  private static let pause: UInt32 = 500_000

  init(_ record: CampaignRecord) throws {
    self.record = record
    state = record.state
    signals = try StopSignals()
    stamp = Self.stamp(record.spec.authorisation)
  }

  /// Takes the campaign's state as the store has it.
  func note(_ state: CampaignState) { self.state = state }

  var wasInterrupted: Bool {
    if signals.next() != nil { isInterrupted = true }
    return isInterrupted
  }

  /// Whether it is an hour to probe in.
  var moment: CampaignSchedule.Moment {
    record.spec.schedule.moment(at: Clocks.wall, minuteOfDay: Clocks.localMinuteOfDay)
  }

  /// Asks something of the store however long it is away, unless somebody ends this worker.
  func insist<Value>(_ body: () throws(StoreError) -> Value) throws -> Value {
    var told = false
    while true {
      do throws(StoreError) {
        return try body()
      } catch {
        guard error.isPassing else { throw error }
        if !told { talk("the store is away, and is waited for: \(error)") }
        told = true
        if wasInterrupted { throw ExitCode(130) }
        usleep(Self.pause)
      }
    }
  }

  /// Where the store is away, what an operator wants is not known: nothing is begun then that was not wanted before.
  func directive(isStoreAway: Bool = false) -> ShardDirective {
    if wasInterrupted { return .giveBack(.interrupted) }
    if state != .running { return .giveBack(.paused) }
    switch moment {
    case .open: break
    case .waits: return .giveBack(.blackout)
    case .over: return .giveBack(.over)
    }
    let stamp = Self.stamp(record.spec.authorisation)
    guard stamp != self.stamp else { return .goOn }
    self.stamp = stamp
    return judge().map { .giveBack(.halted($0)) } ?? .giveBack(.renewed)
  }

  /// What is wrong with the authorisation now; `nil` where nothing is.
  func judge() -> String? {
    do {
      _ = try ScanDesk(ScanOrder(spec: record.spec, shard: "1/1", checkpoint: nil))
      return nil
    } catch {
      return String(describing: error)
    }
  }

  private static func stamp(_ path: String) -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return "gone" }
    return "\(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec) \(facts.st_mtim.tv_nsec)"
  }
}
