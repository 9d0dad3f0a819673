import Campaigns
import Casework
import Correlate
import FleetContract
import FleetStore
import Posture
import Synchronization
import Trials

/// What pages and documents are made of; everything is read for one who asks, and holds nothing of others.
extension DashboardDesk {
  func demand(_ right: Access.Right, _ access: Access) throws(Refusal) {
    guard access.may(right) else { throw .status(403) }
  }

  func groups(_ access: Access) throws(Refusal) -> [String] {
    try ask { try store.groupNames(among: access.groups) }
  }

  /// The groups a list is of: those that may be seen, or the one of them that was asked for.
  private func narrowed(_ access: Access, _ group: String) -> [String]? {
    if group.isEmpty { return access.groups }
    return access.sees(group) ? [group] : []
  }

  func fleet(
    _ access: Access, _ question: FleetQuestion, after: String?
  ) throws(Refusal) -> ([GatewayOverview], ListPart) {
    let groups = narrowed(access, question.group)
    if groups?.isEmpty == true { return ([], ListPart(isFirst: true, next: nil)) }
    return try ask {
      guard question.text.isEmpty else {
        let hits = try store.searchGateways(question.text, inGroups: groups, limit: ListPart.size)
        return (hits.map(\.overview).filter(question.admits), ListPart(isFirst: true, next: nil))
      }
      let filter = FleetFilter(groups: groups, state: question.state?.rawValue, grade: question.grade)
      let cursor = after.flatMap { GatewayID($0) }
      let page = try store.fleetPage(filter, after: cursor, limit: ListPart.size)
      return (page.items, ListPart(isFirst: cursor == nil, next: page.next?.text))
    }
  }

  /// One gateway; one that is not for these eyes is as one that is not there.
  func gateway(_ name: String, _ access: Access) throws(Refusal) -> GatewayPage {
    guard let id = GatewayID(name),
      let page = try ask({ try store.gatewayPage(id, inGroups: access.groups, now: clock()) }),
      access.sees(page.detail.overview.enrolment?.group)
    else { throw .status(404) }
    return page
  }

  func findings(
    _ access: Access, _ question: FindingQuestion, after: String?
  ) throws(Refusal) -> ([FindingRecord], ListPart) {
    let groups = narrowed(access, question.group)
    if groups?.isEmpty == true { return ([], ListPart(isFirst: true, next: nil, total: 0)) }
    let filter = question.filter(among: groups)
    let cursor = after.flatMap { FindingCursor($0) }
    return try ask {
      let page = try store.findingsPage(filter, after: cursor, limit: ListPart.size, now: clock())
      let total = try store.countFindings(filter, upTo: ListPart.mostCounted + 1, now: clock())
      return (page.items, ListPart(isFirst: cursor == nil, next: page.next?.text, total: total))
    }
  }

  func finding(_ id: String, at gateway: String, _ access: Access) throws(Refusal) -> FindingRecord {
    guard let gateway = GatewayID(gateway),
      let found = try ask({ try store.findingPage(id, at: gateway, inGroups: access.groups) }),
      access.sees(found.group)
    else { throw .status(404) }
    return found
  }

  /// The numbers of the overview, which are made of everything, and so are kept.
  func summary(_ access: Access) throws(Refusal) -> FleetSummary {
    let key = access.groups.map { $0.sorted().joined(separator: "\n") } ?? "\n"
    let (store, groups, clock) = (store, access.groups, clock)
    return try ask {
      try summaries.numbers(key, at: (clock(), ticks()), later: later) {
        try FleetSummary(store, groups: groups, now: clock())
      }.value
    }
  }

  func agreement(_ access: Access, limit: Int) throws(Refusal) -> (AgreementMatrix, [JoinedService]) {
    if access.groups?.isEmpty == true { return (AgreementMatrix(), []) }
    return try ask {
      (
        try store.agreement(inGroups: access.groups),
        try store.differences(inGroups: access.groups, limit: limit)
      )
    }
  }

  func campaigns() throws(Refusal) -> [(record: CampaignRecord, progress: CampaignProgress)] {
    try ask {
      try store.campaigns().reversed().map { record in
        (record, CampaignProgress(try store.shards(of: record.name).progress, tries: record.spec.tries))
      }
    }
  }

  func campaign(_ name: String) throws(Refusal) -> CampaignPage {
    let page = try ask { () -> CampaignPage? in
      guard let record = try store.campaign(name) else { return nil }
      return CampaignPage(
        record: record,
        progress: CampaignProgress(try store.shards(of: name).progress, tries: record.spec.tries),
        tallies: try store.tallies(of: name), workers: try store.workers(of: name))
    }
    guard let page else { throw .status(404) }
    return page
  }

  /// Within how many days a finding has to be closed to count in a trial.
  static let trialDays = 14

  func notices(_ access: Access) throws(Refusal) -> NoticesPage {
    let now = clock()
    let store = store
    return try ask {
      let trials = try trials.numbers("", at: (now, ticks()), later: later) {
        try store.trials().map { trial in
          TrialOfPage(
            trial: trial,
            result: TrialResult(trial.trial, try store.outcomes(of: trial, within: Self.trialDays, now: now)))
        }
      }
      return NoticesPage(
        steps: try store.stepCounts(
          since: WallTime(milliseconds: now.milliseconds - 30 * 86_400_000), groups: access.groups),
        trials: trials.value, asOf: trials.asOf)
    }
  }
}

extension FleetQuestion {
  /// Whether what a search found is also what else was asked for.
  func admits(_ gateway: GatewayOverview) -> Bool {
    if let grade, gateway.posture?.grade ?? .unknown != grade { return false }
    guard let state else { return true }
    let isRevoked = gateway.enrolment?.revoked != nil
    return switch state {
    case .revoked: isRevoked
    case .online: !isRevoked && gateway.online == true
    case .lost: !isRevoked && gateway.online == false && gateway.cause == "lost"
    case .offline: !isRevoked && gateway.online == false && gateway.cause != "lost"
    case .unknown: !isRevoked && gateway.online == nil
    }
  }
}
