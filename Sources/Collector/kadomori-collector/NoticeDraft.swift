import Addresses
import Casework
import FleetContract
import FleetStore
import Notices
import Posture
import Trials

/// What one subscriber should be told, and from when on.
struct NoticeDraft: Encodable {
  var gateway: GatewayID
  var due: WallTime
  var isUrgent: Bool
  var notice: Notice
  /// The arm it was drawn into; `nil` without a trial, and for what is urgent.
  var arm: String?
  /// What it is about.
  var record: FindingRecord

  /// `records` are all findings of one gateway, also closed ones, since what was told of them counts; `open` its ports
  /// that somebody outside saw; `sent` when something else went out to it.
  init?(
    _ records: [FindingRecord], open: Set<Port>, sent: [WallTime] = [], _ language: NoticeLanguage,
    _ texts: NoticeTexts, _ now: WallTime
  ) throws {
    // What somebody was told of already is not told again until it comes back.
    let causes = records.filter { record in
      guard let life = record.life, !life.isClosed, !record.isDecided(at: now) else { return false }
      return record.isOpen && life.present.notified == nil
    }.sorted(by: FindingRecord.precedes)
    guard let first = causes.first else { return nil }
    gateway = first.gateway
    let notice = try Notice(
      about: causes.map { record in
        Notice.Cause(
          record.finding, kind: record.kind ?? .unknown,
          isSeenOutside: record.finding.service.map(open.contains) ?? false)
      }, in: language, texts)
    guard let notice, let told = causes.first(where: { $0.finding.id == notice.finding }) else { return nil }
    self.notice = notice
    record = told
    isUrgent = told.isUrgent
    let times = records.flatMap(\.steps.told).map(\.time) + sent
    due = FrequencyCap().earliest(after: times, isUrgent: isUrgent, now: now)
  }

  private enum CodingKeys: String, CodingKey {
    case gateway, due, notice, arm
    case isUrgent = "urgent"
  }
}
