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

  func fleet(_ access: Access, _ filter: FleetFilter) throws(Refusal) -> [GatewayOverview] {
    try ask { try store.fleet().filter { access.sees($0.enrolment?.group) && filter.admits($0) } }
  }

  /// One gateway; one that is not for these eyes is as one that is not there.
  func gateway(_ name: String, _ access: Access) throws(Refusal) -> GatewayDetail {
    guard let id = GatewayID(name), let detail = try ask({ try store.gateway(id) }),
      access.sees(detail.overview.enrolment?.group)
    else { throw .status(404) }
    return detail
  }

  func services(of gateway: GatewayID) throws(Refusal) -> [JoinedService] {
    try ask {
      var services: [JoinedService] = []
      try store.views(of: gateway) { services += $0.services }
      return services
    }
  }

  func events(of gateway: GatewayID, _ limit: Int) throws(Refusal) -> [StoredEvent] {
    try ask { try store.events(of: gateway, newest: limit) ?? [] }
  }

  func findings(_ access: Access, _ filter: FindingFilter) throws(Refusal) -> [FindingRecord] {
    let now = clock()
    return try ask {
      var records: [FindingRecord] = []
      try store.findings(FindingQuery(groups: access.groups)) { record in
        if filter.admits(record, now: now) { records.append(record) }
      }
      return records.sorted(by: FindingRecord.precedes)
    }
  }

  func finding(_ id: String, at gateway: String, _ access: Access) throws(Refusal) -> FindingRecord {
    guard let gateway = GatewayID(gateway) else { throw .status(404) }
    let found = try ask { () -> FindingRecord? in
      var found: FindingRecord?
      try store.findings(FindingQuery(gateway: gateway, id: id, groups: access.groups)) { found = $0 }
      if let port = found?.finding.service {
        found?.closings = try store.closingLooks(of: gateway, port: port)
      }
      return found
    }
    guard let found, access.sees(found.group) else { throw .status(404) }
    return found
  }

  /// The numbers of the overview; they are kept for half a minute, since they are made of everything.
  func summary(_ access: Access) throws(Refusal) -> FleetSummary {
    let key = access.groups.map { $0.sorted().joined(separator: "\n") } ?? "\n"
    let now = ticks()
    if let kept = summaries.withLock({ $0[key] }), now - kept.made < .seconds(30) { return kept.summary }
    let summary = try ask { try FleetSummary(store, groups: access.groups, now: clock()) }
    summaries.withLock { kept in
      if kept.count >= 64 { kept = [:] }
      kept[key] = (now, summary)
    }
    return summary
  }

  func agreement(_ access: Access, limit: Int) throws(Refusal) -> (AgreementMatrix, [JoinedService]) {
    try ask {
      let mine =
        access.groups == nil
        ? nil : Set(try store.fleet().filter { access.sees($0.enrolment?.group) }.map(\.gateway))
      var matrix = AgreementMatrix()
      var services: [JoinedService] = []
      try store.views { view in
        guard mine?.contains(view.gateway) ?? true else { return }
        for service in view.services {
          matrix.add(service)
          let differs = service.agreement != .both && service.agreement != .neither
          if differs, services.count < limit { services.append(service) }
        }
      }
      // What is nobody's is of no tenant.
      if mine == nil { matrix.unattributed = try store.unattributedSightings() }
      return (matrix, services)
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
    return try ask {
      NoticesPage(
        steps: try store.stepCounts(
          since: WallTime(milliseconds: now.milliseconds - 30 * 86_400_000), groups: access.groups),
        trials: try store.trials().map { trial in
          (
            trial,
            TrialResult(trial.trial, try store.outcomes(of: trial, within: Self.trialDays, now: now))
          )
        })
    }
  }
}
