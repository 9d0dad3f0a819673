import Addresses
import Campaigns
import FleetStore
import Foundation
import LinuxIO
import Posture

/// Has the open ports of one bucket of addresses asked what they are, and stores what they say.
final class LookWork {
  private let store: FleetStore
  private let record: CampaignRecord
  private let lease: PartLease
  private let watch: CampaignWatch
  private let profiles: String?

  /// Ports that are asked before the next part is looked for.
  private static let most = 500
  private static let storeEvery: Duration = .milliseconds(500)
  private static let turn: Int32 = 100

  init(
    _ store: FleetStore, _ record: CampaignRecord, _ lease: PartLease, _ watch: CampaignWatch,
    profiles: String?
  ) {
    self.store = store
    self.record = record
    self.lease = lease
    self.watch = watch
    self.profiles = profiles
  }

  func run() throws -> PartEnd {
    let targets = try watch.insist { () throws(StoreError) in try store.unlooked(lease, limit: Self.most) }
    let byName = Dictionary(
      targets.map { ("\($0.address) \($0.port.number)", $0) }, uniquingKeysWith: { first, _ in first })
    let process = try ScannerProcess(
      "look-again",
      LookOrder(
        spec: record.spec,
        targets: targets.map { LookOrder.Target(address: $0.address.description, port: $0.port.number) },
        profiles: profiles))
    var told: [(target: FoundTarget, look: ServiceLook)] = []
    var answered: Set<FoundTarget> = []
    var failure: ScannerLine.Failure?
    var reason: ShardDirective.Reason?
    var nextStore = Clocks.sinceBoot
    while true {
      for line in try process.lines(waiting: Self.turn) {
        switch line {
        case .look(let look):
          if let target = byName["\(look.address) \(look.port)"] {
            told.append((target, look.look))
            answered.insert(target)
          }
        case .failed(let said): failure = said
        case .begun, .found, .place, .report: break
        }
      }
      if process.hasEnded || Clocks.sinceBoot >= nextStore {
        nextStore = Clocks.sinceBoot + Self.storeEvery
        guard try stored(told) else {
          process.end()
          return .lost
        }
        told = []
      }
      if process.hasEnded { break }
      if reason == nil, case .giveBack(let why) = watch.directive() {
        reason = why
        process.stop()
      }
    }
    let status = process.wait()
    if status == 0, reason == nil {
      // What it could say nothing of is not asked for ever.
      let left = Set(targets).subtracting(answered)
      guard try stored(left.map { ($0, ServiceLook(.gone, at: Clocks.wall)) }) else { return .lost }
    } else if failure == nil, reason == nil {
      failure = ScannerLine.Failure(status: 1, text: "what asks open ports ended without a word")
    }
    guard try watch.insist({ () throws(StoreError) in try store.giveBack(lease, done: nil) }) else {
      return .lost
    }
    if let failure { return .failed(failure) }
    return reason.map { .givenBack($0) } ?? .done
  }

  /// Stores looks, however long the store is away; `false` where another worker has the bucket.
  private func stored(_ looks: [(target: FoundTarget, look: ServiceLook)]) throws -> Bool {
    while true {
      do throws(StoreError) {
        guard let state = try store.write(looks, of: lease, seconds: record.spec.lease) else { return false }
        watch.note(state)
        return true
      } catch {
        guard error.isPassing else { throw error }
        usleep(500_000)
      }
    }
  }
}
