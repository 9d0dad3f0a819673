import Addresses

/// Who answered for made-up addresses of customers' prefixes.
///
/// A router that speaks for one prefix only is taken for that customer's; one that speaks for several stands before them.
package struct Periphery: Sendable {
  /// Made-up addresses for which a router answered.
  package private(set) var answers = 0
  /// Each router, the first prefix that it answered for, and whether there was another.
  private var known: [IPAddress: (prefix: UInt128, isShared: Bool)] = [:]

  /// More routers than this are not told apart any more: that would take more memory than the scan itself.
  private static let most = 1 << 20

  mutating func note(_ router: IPAddress, prefix: UInt128) {
    answers += 1
    if let before = known[router] {
      if before.prefix != prefix { known[router]?.isShared = true }
    } else if known.count < Self.most {
      known[router] = (prefix, false)
    }
  }

  package var routers: Int { known.count }
  package var sharedRouters: Int { known.values.count(where: \.isShared) }
}
