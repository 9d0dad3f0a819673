package import Addresses

/// One address and service that may be probed; only a ``TargetSpace`` makes one.
package struct Target: Hashable, Sendable {
  /// The address as a number, version 4 in the lowest 32 bits.
  let number: UInt128
  let isVersion4: Bool
  package let transport: ProbeTransport
  /// 0 for an echo.
  package let port: UInt16
  /// The bits of an address that was made up inside a customer's prefix; 0 where the address itself was asked for.
  let madeUpBits: UInt8
  /// Where it is in its space.
  package let index: UInt64

  fileprivate init(
    number: UInt128, isVersion4: Bool, service: ProbedService, madeUpBits: UInt8, index: UInt64
  ) {
    self.number = number
    self.isVersion4 = isVersion4
    transport = service.transport
    port = service.port
    self.madeUpBits = madeUpBits
    self.index = index
  }

  /// The length of the customer's prefix in which the address was made up: nobody is expected there, and who says so is
  /// what is looked for.
  package var customerPrefix: Int? { madeUpBits == 0 ? nil : 128 - Int(madeUpBits) }

  package var address: IPAddress { IPAddress(number: number, isVersion4: isVersion4) }
}

/// Every address that is to be probed, times every service: exactly ``count`` targets with an index each.
///
/// It is made of what an authorisation covers and nothing else, and there is no other way to a ``Target``: so none can
/// be had that is out of scope.
package struct TargetSpace: Sendable {
  /// Addresses in a row, or customers' prefixes in a row.
  private struct Run {
    var first: UInt128
    var count: UInt64
    /// The bits behind the customers' prefix; 0 where every address is probed.
    var freeBits: UInt128
    var isVersion4: Bool
    /// How many addresses come in the runs before.
    var before: UInt64
  }

  private let runs: [Run]
  /// What it was made of.
  package let blocks: [AddressBlock]
  /// Makes up the rest of an address inside a customer's prefix.
  private let hosts: SipHash
  package let services: [ProbedService]
  private let slots: ServiceSlots
  package let addressCount: UInt64
  /// The number of targets.
  package let count: UInt64

  /// 2^40 targets: two weeks at a million a second.
  package static let largest: UInt64 = 1 << 40

  /// Takes `wanted` blocks of an authorisation, all of it for `nil`, without the addresses of `optOuts`.
  ///
  /// `key` makes up addresses inside customers' prefixes: with the same key they are the same.
  package init(
    _ authorisation: Authorisation, wanted: [AddressBlock]? = nil, optOuts: AddressSet = .empty,
    services: [ProbedService], key: SipHash = SipHash(0, 0)
  ) throws(ScopeError) {
    let blocks =
      try wanted.map { wanted throws(ScopeError) in
        try Self.inside(authorisation, wanted)
      } ?? authorisation.blocks
    // In the order of addresses, so that one can be searched for.
    let runs = blocks.sorted { $0.isBefore($1) }.flatMap { Self.runs(of: $0, without: optOuts) }
    try self.init(runs, blocks: blocks, services, key)
  }

  /// Takes single addresses, each of which has to lie in a block of the authorisation, in any order and once each.
  package init(
    _ authorisation: Authorisation, addresses: [IPAddress], optOuts: AddressSet = .empty,
    services: [ProbedService]
  ) throws(ScopeError) {
    let authorised = AddressSet(authorisation.blocks)
    if let other = addresses.first(where: { !authorised.contains($0) }) {
      throw .block("\(other)", "is not in the authorisation, which lets nobody else's addresses be probed")
    }
    var runs: [Run] = []
    for address in addresses.sorted() where !optOuts.contains(address) {
      let number = address.number
      if let last = runs.last, last.isVersion4 == address.isVersion4 {
        let end = last.first + UInt128(last.count)
        if number < end { throw .block("\(address)", "is listed twice") }
        if number == end {
          runs[runs.count - 1].count += 1
          continue
        }
      }
      runs.append(Run(first: number, count: 1, freeBits: 0, isVersion4: address.isVersion4, before: 0))
    }
    // The blocks that hold one of them; no more of these is probed.
    var (held, rest): ([AddressBlock], ArraySlice<Run>) = ([], runs[...])
    for block in authorisation.blocks.sorted(by: { $0.isBefore($1) }) {
      let span = block.span
      rest = rest.drop {
        $0.isVersion4 == span.isVersion4 ? $0.first + UInt128($0.count - 1) < span.first : $0.isVersion4
      }
      guard let run = rest.first, run.isVersion4 == span.isVersion4, run.first <= span.last else { continue }
      held.append(block)
    }
    try self.init(runs, blocks: held, services, SipHash(0, 0))
  }

  /// Takes runs in the order of their addresses, none of which overlap.
  private init(
    _ runs: [Run], blocks: [AddressBlock], _ services: [ProbedService], _ key: SipHash
  ) throws(ScopeError) {
    guard !services.isEmpty, let slots = ServiceSlots(services) else { throw .services }
    var (runs, total): ([Run], UInt64) = (runs, 0)
    for place in runs.indices {
      runs[place].before = total
      total += runs[place].count
    }
    guard total > 0 else { throw .nothingLeft }
    guard total <= Self.largest / UInt64(services.count) else {
      throw .tooLarge(addresses: total, services: services.count)
    }
    self.runs = runs
    self.blocks = blocks
    self.services = services
    self.slots = slots
    hosts = key
    addressCount = total
    count = total * UInt64(services.count)
  }

  /// Blocks that were asked for, each of which has to lie in an authorised one.
  private static func inside(
    _ authorisation: Authorisation, _ wanted: [AddressBlock]
  ) throws(ScopeError) -> [AddressBlock] {
    for (place, block) in wanted.enumerated() {
      if let problem = block.problem { throw .block("\(block)", problem) }
      if let other = wanted[..<place].first(where: { $0.span.overlaps(block.span) }) {
        throw .block("\(block)", "overlaps \(other); its addresses would be probed twice: keep one of them")
      }
      let covering = authorisation.blocks.first {
        $0.isVersion4 == block.isVersion4 && $0.span.first <= block.span.first
          && block.span.last <= $0.span.last
      }
      guard let covering else {
        throw .block("\(block)", "is not in the authorisation, which lets nobody else's addresses be probed")
      }
      guard covering.each == block.each else {
        throw .block(
          "\(block)", "is authorised as '\(covering)'; write the same 'each', or none if it has none")
      }
    }
    return wanted
  }

  private static func runs(of block: AddressBlock, without optOuts: AddressSet) -> [Run] {
    let free = UInt128(block.freeBits)
    var runs: [Run] = []
    // What is left may begin or end inside a customer's prefix: who opts out in part is left alone as a whole.
    for span in optOuts.rest(of: block.span) {
      let size = UInt128(1) << free
      let first = (span.first + (size - 1)) >> free
      // One more than the last whole prefix; 2^128 does not occur, its block is refused.
      let end = (span.last + 1) >> free
      guard end > first else { continue }
      runs.append(
        Run(
          first: first << free, count: UInt64(end - first), freeBits: free, isVersion4: block.isVersion4,
          before: 0))
    }
    return runs
  }

  /// What is asked at a port of UDP.
  func question(at port: UInt16) -> DatagramQuestion? { slots[.udp, port].flatMap { services[$0].question } }

  /// The target at `index`, which is below ``count``.
  package func target(at index: UInt64) -> Target {
    precondition(index < count, "no such target")
    let place = index / UInt64(services.count)
    let service = services[Int(index - place * UInt64(services.count))]
    let run = runs[self.run(holding: place)]
    var number = run.first + UInt128(place - run.before) << run.freeBits
    if run.freeBits > 0 { number |= host(in: number, bits: run.freeBits) }
    return Target(
      number: number, isVersion4: run.isVersion4, service: service, madeUpBits: UInt8(run.freeBits),
      index: index)
  }

  private func run(holding place: UInt64) -> Int {
    var (low, high) = (0, runs.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if runs[middle].before <= place { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private func host(in prefix: UInt128, bits: UInt128) -> UInt128 {
    let (high, low) = (UInt64(truncatingIfNeeded: prefix >> 64), UInt64(truncatingIfNeeded: prefix))
    let made = UInt128(hosts.hash(high, low)) << 64 | UInt128(hosts.hash(high, ~low))
    return made & ((1 << bits) - 1)
  }

  /// The target with this address and port; `nil` where it is none.
  package func target(_ address: IPAddress, _ port: UInt16, _ transport: ProbeTransport = .tcp) -> Target? {
    guard let slot = slots[transport, port] else { return nil }
    let (number, isVersion4) = (address.number, address.isVersion4)
    // The last run that begins at or before the address; only it can hold it.
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      let run = runs[middle]
      let isBefore = run.isVersion4 == isVersion4 ? run.first <= number : run.isVersion4
      if isBefore { low = middle + 1 } else { high = middle }
    }
    guard low > 0, runs[low - 1].isVersion4 == isVersion4 else { return nil }
    let run = runs[low - 1]
    let place = (number - run.first) >> run.freeBits
    guard place < UInt128(run.count) else { return nil }
    let found = target(at: (run.before + UInt64(place)) * UInt64(services.count) + UInt64(slot))
    return found.number == number ? found : nil
  }
}

/// Why there is nothing that may be scanned.
package enum ScopeError: Error, Hashable, Sendable, CustomStringConvertible {
  case block(String, String)
  case nothingLeft
  case services
  case tooLarge(addresses: UInt64, services: Int)

  package var description: String {
    switch self {
    case .block(let block, let problem): "block \(block): \(problem)"
    case .nothingLeft: "everybody in scope has opted out; nothing is left to probe"
    case .services: "name at least one port or question, each port from 1 to 65535 and only once"
    case .tooLarge(let addresses, let services):
      "\(addresses) addresses times \(services) ports are more than 2^40 probes; name fewer of either"
    }
  }
}
