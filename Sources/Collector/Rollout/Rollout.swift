import Cryptography
package import FleetContract

/// Sends one command to many gateways in stages, and stops before too many come to harm.
///
/// A value without a clock: whoever drives it asks what is next and says how each gateway ended, by its answer or
/// by its command's expiry.
///
/// Which gateways come first is drawn from the hash of the roll-out's id and theirs: the same for whoever asks again,
/// another for every roll-out, and nobody's choice.
package struct Rollout: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    /// Command these, now.
    case send([GatewayID])
    /// Wait for more of those that were sent.
    case wait
    /// Everybody has been commanded and has ended.
    case finished
    /// Too many have failed: nobody else is commanded.
    case stopped
  }

  /// Gateways in the order in which they are commanded.
  package let order: [GatewayID]
  /// How many are commanded at the end of each stage; the last is all of them.
  package let targets: [Int]
  /// The share of failures among those commanded that is still borne.
  package let tolerated: Percent
  package private(set) var sent = 0
  private let positions: [GatewayID: Int]
  package private(set) var succeeded: Set<GatewayID> = []
  package private(set) var failed: Set<GatewayID> = []

  /// Creates a roll-out over stages that each name the share of all gateways commanded by their end.
  ///
  /// A last stage of all gateways is added where it is missing; no stage is empty while there are gateways left for
  /// it, so the first has at least one. Gateways named twice count once.
  package init(id: String, gateways: [GatewayID], stages: [Percent] = [.all], tolerated: Percent = .none) {
    let salt = Array(id.utf8) + [0]
    let drawn = Set(gateways).map { (hash: Digest.sha256(salt + Array($0.text.utf8)), gateway: $0) }
    order = drawn.sorted { $0.hash.lexicographicallyPrecedes($1.hash) }.map(\.gateway)
    positions = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
    var targets: [Int] = []
    for stage in stages.sorted() + [.all] {
      let target = max(stage.share(of: order.count), min((targets.last ?? 0) + 1, order.count))
      if target > targets.last ?? 0 { targets.append(target) }
    }
    self.targets = targets
    self.tolerated = tolerated
  }

  /// Those that were commanded and have not ended.
  package var pending: [GatewayID] {
    order[..<sent].filter { !succeeded.contains($0) && !failed.contains($0) }
  }

  /// Whether more have failed than is borne, even if all others that were commanded succeed.
  package var hasFailed: Bool { tolerated.isExceeded(by: failed.count, of: sent) }

  /// What is to be done now.
  package mutating func next() -> Step {
    let isPending = succeeded.count + failed.count < sent
    if hasFailed { return isPending ? .wait : .stopped }
    if isPending { return .wait }
    guard let target = targets.first(where: { $0 > sent }) else { return .finished }
    let stage = Array(order[sent..<target])
    sent = target
    return .send(stage)
  }

  /// Notes how a gateway that was commanded ended; a second word about it changes nothing.
  package mutating func ended(_ gateway: GatewayID, succeeded isDone: Bool) {
    guard let position = positions[gateway], position < sent, !succeeded.contains(gateway),
      !failed.contains(gateway)
    else {
      return
    }
    if isDone { succeeded.insert(gateway) } else { failed.insert(gateway) }
  }
}
