import Campaigns
import FleetStore
import Foundation
import LinuxIO
import Posture

/// How work on a part ended.
enum PartEnd {
  case done
  case givenBack(ShardDirective.Reason)
  /// Another worker has taken the part, for this one was not heard of for too long.
  case lost
  case failed(ScannerLine.Failure)
}

/// Has one shard scanned: stores what the scanner tells, renews the lease, and gives the shard back when it has to.
final class ShardWork {
  private let store: FleetStore
  private let record: CampaignRecord
  private let lease: PartLease
  private let watch: CampaignWatch
  private var news = ShardNews()
  private var begun = Clocks.sinceBoot
  private var isLost = false
  private var nextTry: Duration = .zero
  private var isStoreAway = false

  /// So many results wait for a store that is away; then the scanner is not read, and sends no more.
  private static let mostWaiting = 50_000
  private static let storeEvery: Duration = .milliseconds(500)
  private static let storeSize = 5000
  private static let turn: Int32 = 100

  init(_ store: FleetStore, _ record: CampaignRecord, _ lease: PartLease, _ watch: CampaignWatch) {
    self.store = store
    self.record = record
    self.lease = lease
    self.watch = watch
  }

  func run() throws -> PartEnd {
    let scanner = try ScannerProcess(
      "scan-shard",
      ScanOrder(
        spec: record.spec, shard: "\(lease.number + 1)/\(record.spec.shards)",
        checkpoint: lease.checkpoint.map { Data($0).base64EncodedString() }))
    var report: ShardReport?
    var failure: ScannerLine.Failure?
    var reason: ShardDirective.Reason?
    while !scanner.hasEnded {
      if news.found.count < Self.mostWaiting {
        for line in try scanner.lines(waiting: Self.turn) {
          switch line {
          case .begun(let begun): news.steps = begun.steps
          case .found(let found): news.found.append(found)
          case .place(let place): news.place = place
          case .report(let told): report = told
          case .failed(let told): failure = told
          case .look: break
          }
        }
      } else {
        usleep(UInt32(Self.turn) * 1000)
      }
      try storeNews(force: false)
      if isLost { break }
      guard reason == nil, case .giveBack(let why) = watch.directive(isStoreAway: isStoreAway) else {
        continue
      }
      reason = why
      scanner.stop()
    }
    if isLost {
      scanner.end()
      return .lost
    }
    _ = scanner.wait()
    while !(try storeNews(force: true)) {
      if isLost { return .lost }
      usleep(UInt32(Self.turn) * 1000)
    }
    guard try !isLost && givenBack(report) else { return .lost }
    if report != nil { return .done }
    if let failure { return .failed(failure) }
    return reason.map { .givenBack($0) }
      ?? .failed(ScannerLine.Failure(status: 1, text: "the scanner ended without a word"))
  }

  /// Stores what has come, when it is time; returns whether nothing waits any more.
  ///
  /// A place counts only with all that was found before it, so both go into one transaction.
  @discardableResult
  private func storeNews(force: Bool) throws -> Bool {
    let now = Clocks.sinceBoot
    guard now >= nextTry, force || now - begun >= Self.storeEvery || news.found.count >= Self.storeSize else {
      return false
    }
    news.worked = (news.worked == 0 ? lease.worked : news.worked) + (now - begun).milliseconds
    begun = now
    do throws(StoreError) {
      let state = try store.write(
        news, of: lease, seconds: record.spec.lease, now: Clocks.wall)
      if isStoreAway { talk("the store is back; \(news.found.count) results that waited are in it") }
      isStoreAway = false
      guard let state else {
        isLost = true
        return false
      }
      watch.note(state)
      news.found.removeAll(keepingCapacity: true)
      news.place = nil
      return true
    } catch {
      guard error.isPassing else { throw error }
      if !isStoreAway { talk("the store is away, results wait: \(error)") }
      isStoreAway = true
      nextTry = now + .seconds(1)
      return false
    }
  }

  private func givenBack(_ report: ShardReport?) throws -> Bool {
    while true {
      do throws(StoreError) {
        return try store.giveBack(lease, done: report)
      } catch {
        guard error.isPassing else { throw error }
        usleep(500_000)
      }
    }
  }
}
