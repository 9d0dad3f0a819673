import FoundationEssentials
import Glibc
import LinuxIO
import Posture

/// The confirmed closings on disk: what a reboot brings back.
package struct ClosedStore {
  /// What is on disk; trials are never written, so that a reboot ends them.
  struct Document: Hashable, Sendable, Codable {
    var v = "1.0"
    var sides: Sides
    var closings: [Kept]

    static let nothing = Document(sides: Sides(wan: [], lan: []), closings: [])
  }

  /// One confirmed closing.
  struct Kept: Hashable, Sendable, Codable {
    var id: String
    var target: ClosingTarget
    var plan: String
    var initiator: String
    var reasons: [String]?
    /// When it was confirmed, by a clock that may be wrong.
    var confirmed: WallTime
  }

  package static let directory = "/var/lib/kadomori-firewall"
  private static let fileLimit = 4 << 20

  private let path: String
  let indicators: IndicatorStore

  package init(directory: String = Self.directory) {
    path = directory + "/closed.json"
    indicators = IndicatorStore(directory: directory)
  }

  /// Reads it; an absent file is that of a gateway on which nothing was confirmed.
  func read() throws(FirewallError) -> Document {
    guard Files.exists(path) else { return .nothing }
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try Files.read(path, limit: Self.fileLimit) } catch {
      throw FirewallError(error.isPermission ? .permission : .state, "\(error)")
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)), isSound(document) else {
      throw FirewallError(
        .data,
        "\(path) is damaged, so nothing is changed. 'kadomori undo --all' opens everything and begins anew")
    }
    return document
  }

  func write(_ document: Document) throws(FirewallError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    guard let data = try? encoder.encode(document) else {
      throw FirewallError(.failed, "the closings cannot be written as JSON")
    }
    do throws(SystemError) { try Files.replace(path, with: [UInt8](data) + [0x0a], mode: 0o600) } catch {
      throw FirewallError(error.isPermission ? .permission : .state, "\(error)")
    }
  }

  /// Whether it can be what was written: a changed file must not become text for `nft`.
  private func isSound(_ document: Document) -> Bool {
    document.sides.fault == nil && document.closings.count <= Ruleset.closingLimit
      && document.closings.allSatisfy {
        Closing.isName($0.id, prefix: "cl-") && Closing.isName($0.plan, prefix: "plan-")
          && Initiator.isPlain($0.initiator) && Closing.areWords($0.reasons ?? []) && $0.target.veto == nil
      }
  }
}
