import Campaigns
import Correlate
import FleetContract
import FleetStore
import Posture
import Trials
import Web

extension DashboardDesk {
  /// The pages for people.
  func page(_ request: WebRequest) throws(Refusal) -> WebReply {
    switch (request.method, request.path) {
    case ("GET", "/sign-in"), ("HEAD", "/sign-in"): return try signInPage(request)
    case ("POST", "/sign-in"): return try signIn(request)
    case ("POST", "/sign-out"): return try signOut(request)
    case ("GET", "/language"): return language(request)
    default: break
    }
    let visitor = try visitor(request)
    let access = visitor.access
    if request.method == "POST" { return try change(request, visitor) }
    guard ["GET", "HEAD"].contains(request.method) else { throw .status(405) }
    let frame = Frame(
      words: words(for: request), access: access, csrf: visitor.csrf, address: Self.address(of: request))
    if request.path == "/regions/live" {
      return live(access, hash: visitor.hash) { regions in
        RegionsPage(regions: regions).list(frame.words).text
      }
    }
    if request.path == "/gateways/live" {
      return live(access, hash: visitor.hash) { regions in
        RegionsPage(regions: regions).table(frame.words).text
      }
    }
    return html(frame.render(try page(request, access, frame)))
  }

  private func page(_ request: WebRequest, _ access: Access, _ frame: Frame) throws(Refusal) -> Page {
    let w = frame.words
    let after = request.query["after"]
    let parts = request.parts
    switch (parts.count, parts.first) {
    case (0, _): return OverviewPage(overview: try summary(access)).page(w)
    case (1, "gateways"):
      let question = FleetQuestion(request.query)
      let (gateways, part) = try fleet(access, question, after: after)
      let isWhole = part.isFirst && question == FleetQuestion([:])
      return FleetPage(
        gateways: gateways, groups: try groups(access), question: question, part: part,
        regions: isWhole ? try ask { try RegionView.all(store, access) } : []
      ).page(w)
    case (2, "gateways"): return GatewayView(gateway: try gateway(parts[1], access)).page(w)
    case (1, "findings"):
      let question = FindingQuestion(request.query)
      let (findings, part) = try findings(access, question, after: after)
      return FindingsPage(
        findings: findings, groups: try groups(access), question: question, part: part, now: clock()
      ).page(w)
    case (4, "gateways") where parts[2] == "findings":
      return FindingPage(record: try finding(parts[3], at: parts[1], access), now: clock()).page(frame)
    case (1, "regions"):
      return RegionsPage(regions: try ask { try RegionView.all(store, access) }).page(w)
    case (1, "agreement"):
      let (matrix, services) = try agreement(access, limit: AgreementPage.limit)
      return AgreementPage(matrix: matrix, services: services).page(w)
    case (1, "campaigns"):
      try demand(.provider, access)
      return CampaignsPage(campaigns: try campaigns()).page(w)
    case (2, "campaigns"):
      try demand(.provider, access)
      return try campaign(parts[1]).page(w)
    case (1, "notices"):
      try demand(.provider, access)
      return try notices(access).page(w)
    case (1, "audit"):
      try demand(.audit, access)
      let (entries, part) = ListPart.part(
        of: try ask { try store.audit(newest: AuditPage.limit) }, after: after)
      return AuditPage(entries: entries, part: part).page(w)
    default: throw .status(404)
    }
  }
}
