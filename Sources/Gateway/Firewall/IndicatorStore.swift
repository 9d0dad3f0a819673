package import Addresses
import FoundationEssentials
import Glibc
import LinuxIO

/// A list of addresses to which nothing may go, as a restart of the machine brings it back: a line of JSON with what it is
/// for, then an address a line.
struct IndicatorStore {
  /// Room for as many addresses as the sets have.
  private static let fileLimit = 32 << 20

  private let path: String
  /// Beside it, while the list comes in pieces and is not confirmed.
  private var unconfirmed: String { path + ".new" }

  init(directory: String) {
    path = directory + "/indicators.list"
  }

  var isKept: Bool { Files.exists(path) }

  /// Writes what was taken of a chunk, if the list may be kept.
  func note(_ chunk: IndicatorChunk, _ taken: [IPAddress]) throws(FirewallError) {
    do throws(SystemError) {
      if chunk.begins { try Files.remove(unconfirmed) }
      guard chunk.mayBeKept == true else { return }
      var text = taken.map { "\($0)\n" }.joined()
      if chunk.begins {
        var head = chunk
        head.addresses = []
        text = String(decoding: (try? JSONEncoder().encode(head)) ?? Data(), as: UTF8.self) + "\n" + text
      }
      let number = try system("open", unconfirmed) {
        open(unconfirmed, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
      }
      let file = Descriptor(owning: number)
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty { rest = rest.dropFirst(try file.write(rest)) }
    } catch { throw Self.fault(error) }
  }

  /// Makes the list that was loaded last the one that a restart brings back.
  func keep() throws(FirewallError) {
    guard Files.exists(unconfirmed) else {
      throw FirewallError(.notFound, "no list was loaded to be kept; load it with --keep")
    }
    let (from, to) = (unconfirmed, path)
    do throws(SystemError) {
      let file = Descriptor(owning: try system("open", from) { open(from, O_RDONLY | O_CLOEXEC) })
      try system("fsync", from) { fsync(file.number) }
      try system("rename", to) { rename(from, to) }
    } catch { throw Self.fault(error) }
  }

  func forget() throws(FirewallError) {
    do throws(SystemError) {
      for path in [unconfirmed, path] { try Files.remove(path) }
    } catch { throw Self.fault(error) }
  }

  /// Hands over what was kept, in chunks that fit the kernel; lines that are no addresses are passed over.
  func forEachChunk(_ take: (IndicatorChunk) throws(FirewallError) -> Void) throws(FirewallError) {
    var head: IndicatorChunk?
    var addresses: [IPAddress] = []
    var failure: FirewallError?
    func hand() {
      guard failure == nil, var chunk = head else { return }
      chunk.addresses = addresses
      do throws(FirewallError) { try take(chunk) } catch { failure = error }
      addresses = []
      head?.begins = false
    }
    do throws(SystemError) {
      try Files.forEachLine(of: path, limit: Self.fileLimit) { line in
        if head == nil {
          head = try? JSONDecoder().decode(IndicatorChunk.self, from: Data(line))
          head?.mayBeKept = nil
          return
        }
        if let address = IPAddress(String(decoding: line, as: UTF8.self)) { addresses.append(address) }
        if addresses.count == IndicatorChunk.limit { hand() }
      }
    } catch { throw Self.fault(error) }
    hand()
    if let failure { throw failure }
    if head == nil {
      throw FirewallError(.data, "\(path) is damaged, so no list of addresses is loaded; load it again")
    }
  }

  private static func fault(_ error: SystemError) -> FirewallError {
    FirewallError(error.isPermission ? .permission : .state, "\(error)")
  }
}

/// Somebody tried to reach an address of a list.
package struct IndicatorHit: Hashable, Sendable, Codable {
  /// A device of the LAN, or the gateway itself.
  package var device: IPAddress
  package var indicator: IPAddress
  /// Packets that were dropped, in the last 30 days.
  package var count: Int
  /// Seconds since the last.
  package var secondsAgo: Int

  private enum CodingKeys: String, CodingKey {
    case device, indicator, count
    case secondsAgo = "seconds_ago"
  }
}

extension Keeper {
  private static let hitSeconds = 30 * 86_400

  /// Who tried to reach which address, the latest first; `nil` where no list is loaded.
  func indicatorHits() throws(FirewallError) -> [IndicatorHit]? {
    guard try nft.hasTable(Ruleset.indicatorTable) else { return nil }
    var hits: [IndicatorHit] = []
    for set in ["hits4", "hits6"] {
      // Set by set: the table holds the list, which nobody needs to read.
      for element in try nft.elements(of: set, in: Ruleset.indicatorTable) where element.words.count == 2 {
        guard let device = IPAddress(element.words[0]), let indicator = IPAddress(element.words[1]) else {
          continue
        }
        hits.append(
          IndicatorHit(
            device: device, indicator: indicator, count: element.packets ?? 0,
            secondsAgo: max(0, Self.hitSeconds - (element.expires ?? 0))))
      }
    }
    return hits.sorted {
      ($0.secondsAgo, $0.indicator.description) < ($1.secondsAgo, $1.indicator.description)
    }
  }

  /// Brings back the list that was kept, where it is not in the kernel.
  ///
  /// - Returns: how many addresses it has; `nil` where there was nothing to do.
  @discardableResult
  package func restoreIndicators() throws(FirewallError) -> Int? {
    guard store.indicators.isKept, try !nft.hasTable(Ruleset.indicatorTable) else { return nil }
    var count = 0
    try store.indicators.forEachChunk { chunk throws(FirewallError) in count += try apply(chunk).count }
    return count
  }

  /// Lets everything go everywhere again, and keeps no list.
  package func clearIndicators() throws(FirewallError) {
    if try nft.hasTable(Ruleset.indicatorTable) {
      try nft.apply("delete table inet \(Ruleset.indicatorTable)\n")
    }
    try store.indicators.forget()
  }
}
