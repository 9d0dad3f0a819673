package import Addresses
package import Posture

/// Decides what is unneeded, by several kinds of evidence, never by one alone.
///
/// | verdict | when |
/// |---|---|
/// | never | blocked already; needed from there; an administrator's session; what line and LAN live from; LAN only, unless on the hard list |
/// | ask | industrial; owner unknown; used within the time of learning; not sure to be reachable; hard list on the LAN |
/// | now | reachable from the Internet, and on the hard list, and unused for a day; or said not to be needed, and unused for a day; or owner known, and unused for the time of learning |
/// | after learning | the same before that time is over, or while nobody watches |
package enum Verdicts {
  /// What scanners of the Internet try first; never meant for strangers.
  package static let hardList: Set<Port> = [
    .tcp(23), .tcp(2323), .tcp(5555), .tcp(7547), .udp(161), .tcp(445), .udp(1900), .udp(5351), .udp(11_211),
    .tcp(11_211), .tcp(6379), .tcp(9100), .tcp(1883),
  ]
  /// Modbus, S7, Fox, OPC UA, DNP3, EtherNet/IP, BACnet, and IEC 60870-5-104.
  package static let industrial: Set<Port> = [
    .tcp(102), .tcp(502), .tcp(1911), .tcp(2404), .tcp(4840), .tcp(20_000), .tcp(44_818), .udp(44_818),
    .udp(47_808),
  ]
  /// What the gateway needs of its line: DHCP clients, IKE, and telephony of the provider.
  package static let essentialFromInternet: Set<Port> = [
    .udp(68), .udp(546), .udp(500), .udp(4500), .udp(5060), .tcp(5060), .tcp(5061),
  ]

  package static let day = 86_400
  /// For how long use is learned, in seconds: 14 days, 35 where things happen once a month.
  package static func window(isIndustrial: Bool) -> Int { (isIndustrial ? 35 : 14) * day }

  /// The verdict on a port, with what speaks for it.
  package static func judge(_ evidence: PortEvidence) -> (verdict: ClosingPlan.Verdict, reasons: [Reason]) {
    let facts = Self.facts(evidence)
    if evidence.reachable == .no { return (.never, [.blocked]) }
    if let reason = protection(evidence) { return (.never, [reason] + facts) }
    guard evidence.side == .wan else {
      return hardList.contains(evidence.port) ? (.ask, facts) : (.never, facts)
    }
    if industrial.contains(evidence.port) || evidence.isIndustrial && evidence.need != .no {
      return (.ask, facts)
    }
    // What cannot be seen to be open needs no haste; what cannot be seen to be anybody's, care.
    if evidence.reachable == .maybe { return (.ask, facts) }
    let window = Self.window(isIndustrial: evidence.isIndustrial)
    if let idle = evidence.idleSeconds, case .seen = evidence.use, idle < window { return (.ask, facts) }
    let isKnownBad = hardList.contains(evidence.port) || evidence.need == .no
    guard isKnownBad || evidence.isOwnerKnown else { return (.ask, facts) }
    let enough = isKnownBad ? day : window
    guard let idle = evidence.idleSeconds, idle >= enough else { return (.afterLearning, facts) }
    return (.now, facts)
  }

  /// Why it is not to be closed, whatever else is known.
  private static func protection(_ evidence: PortEvidence) -> Reason? {
    if evidence.hasAdminSession { return .adminSession }
    if evidence.isOurs { return .ourselves }
    if evidence.need == .yes { return .needed }
    if evidence.side == .wan, evidence.means == [.listener], essentialFromInternet.contains(evidence.port) {
      return .essential
    }
    if evidence.isTemporary { return .temporary }
    return nil
  }

  /// What is known, in the order of a sentence: where from, what, whose, needed, used.
  private static func facts(_ evidence: PortEvidence) -> [Reason] {
    var facts: [Reason] = []
    switch (evidence.side, evidence.reachable) {
    case (.lan, _): facts.append(.fromLAN)
    case (.wan, .yes): facts.append(.fromInternet)
    case (.wan, _): facts.append(.maybeFromInternet)
    }
    if hardList.contains(evidence.port) { facts.append(.hardList) }
    if industrial.contains(evidence.port) || evidence.isIndustrial { facts.append(.industrial) }
    for (means, reason) in [
      (ExposedPort.Means.forward, Reason.forward), (.mapping, .mapping), (.native, .native),
    ]
    where evidence.means.contains(means) {
      facts.append(reason)
    }
    if evidence.isContainer { facts.append(.container) }
    facts.append(evidence.isOwnerKnown ? .ownerKnown : .ownerUnknown)
    if evidence.need == .no { facts.append(.notNeeded) }
    guard evidence.side == .wan else { return facts }
    let window = Self.window(isIndustrial: evidence.isIndustrial)
    switch evidence.use {
    case .unknown: facts.append(.notLearning)
    case .seen(let ago) where ago < window: facts.append(.used)
    case .seen, .unseen:
      let idle = evidence.idleSeconds ?? 0
      if idle >= window {
        facts.append(.unusedWhileLearning)
      } else if idle >= day {
        facts.append(.unusedForDay)
      }
      if idle < window { facts.append(.learning) }
    }
    return facts
  }
}
