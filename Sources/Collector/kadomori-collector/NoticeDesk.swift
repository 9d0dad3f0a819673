import Addresses
import ArgumentParser
import Casework
import Correlate
import FleetContract
import FleetStore
import Foundation
import Notices
import Posture
import Trials

/// Makes what subscribers are told: by the rules, in the words that are asked for, and as a trial draws.
struct NoticeDesk {
  let store: FleetStore
  let wordings: NoticeWordings
  let wording: String
  let trial: Trial?
  let now: WallTime

  /// Where words were asked for that nobody wrote in a language.
  struct NoWords: Error, Hashable, CustomStringConvertible {
    var wording: String
    var language: NoticeLanguage
    var description: String {
      "the texts '\(wording)' have none in \(language.rawValue); whoever speaks that is left out"
    }
  }

  /// Who was left out because words are missing.
  struct LeftOut {
    private(set) var count = 0
    private var problems: [NoWords] = []

    mutating func add(_ problem: NoWords) {
      count += 1
      if !problems.contains(problem) { problems.append(problem) }
    }

    /// Says of whom that is so, and ends with that where it is anybody.
    func tell() throws {
      for problem in problems { talk("\(problem)") }
      if count > 0 { throw ExitCode(ExitStatus.data.rawValue) }
    }
  }

  /// What a gateway's subscriber should be told, and in which language it is.
  ///
  /// `channel` is `nil` where any would do.
  ///
  /// - Returns: `nil` where nothing is to be told, for who is held out, and for whose arm is told by another channel.
  func draft(
    for gateway: GatewayID, in language: NoticeLanguage, by channel: NoticeChannel? = nil,
    sent: [WallTime] = []
  ) throws -> (NoticeDraft, NoticeLanguage)? {
    var records: [FindingRecord] = []
    try store.findings(FindingQuery(gateway: gateway)) { records.append($0) }
    let open = Set(try store.services(of: gateway).filter { $0.outside.state == .seen }.map(\.service))
    func made(_ language: NoticeLanguage, _ texts: NoticeTexts) throws -> NoticeDraft? {
      try NoticeDraft(records, open: open, sent: sent, language, texts, now)
    }
    // A page is told a number, and has words of its own.
    func texts(_ name: String, _ language: NoticeLanguage) throws -> NoticeTexts {
      channel == .page ? .standard(language) : try self.texts(name, language)
    }
    guard let trial else {
      return try made(language, texts(wording, language)).map { ($0, language) }
    }
    // Whether it is urgent decides whether it is drawn at all, and does not depend on words.
    guard let plain = try made(language, .standard(language)) else { return nil }
    switch trial.assign(gateway.text, isUrgent: plain.isUrgent) {
    case .holdOut: return nil
    case .outside: return try made(language, texts(wording, language)).map { ($0, language) }
    case .arm(let name):
      let way = trial.arm(name)?.way
      if let way, let channel, channel != .page, way.channel != channel.rawValue { return nil }
      let language = way?.language.flatMap(NoticeLanguage.init(rawValue:)) ?? language
      guard var draft = try made(language, texts(way?.wording ?? wording, language)) else { return nil }
      draft.arm = name
      return (draft, language)
    }
  }

  /// Says that what a notice told is closed; `nil` where the finding is gone.
  ///
  /// It is in the words of the trial's arm or those asked for, and in ours where these are not there in the notice's language:
  /// whoever was told is told the end.
  func safe(_ told: OutboxRecord, clock: NoticeClock) throws -> (Notice, FindingRecord)? {
    var records: [FindingRecord] = []
    try store.findings(FindingQuery(gateway: told.gateway)) { records.append($0) }
    guard let record = records.first(where: { $0.finding.id == told.finding }),
      let closed = record.life?.present.closed
    else { return nil }
    var words = wording
    if let trial, case .arm(let name) = trial.assign(told.gateway.text, isUrgent: told.isUrgent),
      let way = trial.arm(name)?.way
    {
      words = way.wording ?? wording
    }
    let language = NoticeLanguage(rawValue: told.language) ?? .ja
    let isClear = records.allSatisfy { $0.isOver(at: now) }
    // A gateway that tells of no devices has not said that all of them are well.
    let looked = isClear ? try store.gateway(told.gateway)?.devices.count ?? 0 : 0
    let notice = try Notice(
      safe: record.finding, kind: record.kind ?? .unknown, checked: clock.words(closed, in: language),
      clear: looked > 0 ? looked : nil, in: language, wordings.texts(words, in: language))
    return (notice, record)
  }

  private func texts(_ name: String, _ language: NoticeLanguage) throws -> NoticeTexts {
    guard let texts = wordings.texts(name, in: language) else {
      throw NoWords(wording: name, language: language)
    }
    return texts
  }
}
