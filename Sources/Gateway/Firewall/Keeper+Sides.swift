extension Keeper {
  /// Takes in the interfaces over which default routes go now: what is closed stays so when the line fails over to another.
  ///
  /// Only ever more interfaces, never fewer: when the first line is back, its ports are still closed. That everything but
  /// the LANs is the Internet's side is not assumed, since tunnels and containers would be shut out with it.
  ///
  /// - Returns: the interfaces that are new.
  func followRoutes() throws(FirewallError) -> [String] {
    guard hasClosings else { return [] }
    let kept = try store.read()
    let before = currentSides(kept)
    let current = Sides.ofDefaultRoutes(lan: before.lan).wan
    let new = current.filter { !before.wan.contains($0) }
    guard !new.isEmpty else { return [] }
    let sides = before.adding(current)
    if let fault = sides.fault { throw FirewallError(.refused, fault) }
    let tables = Set(try nft.tables().filter(Ruleset.isOurs).map(\.name))
    try nft.apply(tables.sorted().map { Ruleset.interfaces($0, sides) }.joined())
    self.sides = sides
    guard !kept.closings.isEmpty else { return new }
    var after = kept
    after.sides = sides
    try store.write(after)
    return new
  }

  /// Has the kernel learn again, after others removed what does it: what was learnt is lost with it.
  func relearn() throws(FirewallError) {
    let sides = currentSides(try store.read())
    guard !sides.wan.isEmpty else { return }
    try nft.apply(Ruleset.learning(sides))
  }
}
