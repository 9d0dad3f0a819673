import Cryptography
import FleetContract
import FleetStore
import Foundation
import Ingest
import Notices
import Sending
import Server

/// What the pages of households have to do with notices: the numbers, and the way there.
struct PageDelivery {
  private let store: FleetStore
  /// `nil` where pages are told nothing: then no notice names a number.
  private let key: [UInt8]?
  private let place: String?

  init(_ settings: NoticeSettings?, _ store: FleetStore) throws {
    self.store = store
    place = settings?.pageAddress
    key = settings?.hasPage == true ? try store.noticeKey(orElse: Digest.random(32)) : nil
  }

  /// The way to the pages, over the collector's broker.
  static func channel(_ document: SettingsDocument, state: String) async -> PageChannel {
    let name = document.name ?? CollectorSettings.defaultName(host: ProcessInfo.processInfo.hostName)
    let session = document.sideSession(for: .notes, of: name, state: state)
    do throws(ResolveError) {
      return PageChannel(to: .at(try await session.address.endpoint()), as: session.configuration)
    } catch {
      return PageChannel(to: .nowhere(error.description), as: session.configuration)
    }
  }

  /// The notice as it goes out: with its number where the page of its household shows that.
  func notice(_ record: OutboxRecord) throws -> OutgoingNotice {
    var notice = OutgoingNotice(record)
    guard let key else { return notice }
    let code = NoticeCode(of: record.finding, since: record.detected, at: record.gateway.text, key: key)
    let proof = OutgoingNotice.Proof(
      code: code.digits, note: code.note, isSafe: record.channel.isSafe)
    if record.channel.isOfPage {
      notice.proof = proof
      return notice
    }
    // A number that the page does not show would make a fake of a real notice.
    guard try store.isOnPage(record) else { return notice }
    notice.proof = proof
    notice.lines += try NoticeProof.lines(
      code: code.digits, place: place, in: NoticeLanguage(rawValue: record.language) ?? .ja)
    return notice
  }
}
