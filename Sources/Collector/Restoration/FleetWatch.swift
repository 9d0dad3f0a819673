/// Sees outages of areas, and decides with which window and how fast their gateways come back.
///
/// A value that is asked once a period: who is where goes in, what is to be published comes out. It is kept as JSON, so
/// that a collector that is started again in the middle of an outage goes on with it.
///
/// An area has an outage when within ``recent`` a tenth of its gateways, and no fewer than ``FleetTerms/outageFrom``, were
/// lost; or when one was announced. It is over when all but a twentieth are back, or when nobody has come for a day.
package struct FleetWatch: Hashable, Sendable, Codable {
  /// One area.
  package struct Area: Hashable, Sendable, Codable {
    package var known = 0
    package var policy: AreaPolicy
    /// The outage in course, or the last one.
    package var outage: Outage?

    package var isOut: Bool { outage.map { $0.ended == nil } ?? false }
  }

  /// Gateways that were lost within so many milliseconds were lost together.
  package static let recent: Int64 = 600_000
  /// A gateway is asked for as away this long before its outage was noticed.
  private static let lead: Int64 = recent
  private static let longest: Int64 = 86_400_000
  /// Only a window that differs by more is worth telling everybody.
  private static let worthwhile = 0.1
  /// A planned outage is prepared for this long before it begins, while gateways can still hear of it.
  package static let notice: Int64 = 3_600_000

  package private(set) var areas: [String: Area] = [:]
  /// The most new sessions a second over a period that were ever seen here.
  package private(set) var best = 0.0
  /// The part of the capacity that new sessions took in the last period.
  package private(set) var load = 0.0
  private var control: SpeedControl?
  private var speed = 1.0
  /// `nil` until the first look of a collector that measures.
  private var estimate: CapacityEstimate?
  /// The capacity that the windows in force were planned with.
  private var plannedWith: Double?

  package init() {}

  /// How many new sessions a second the broker takes, as it has shown; what was told where it has shown nothing.
  package var capacity: Double? { estimate?.value }

  /// Whether it is worth knowing how many the broker lets in: gateways are away, who may all come at once.
  package var isWaiting: Bool { areas.values.contains(where: \.isOut) }

  /// Since when the lost gateways of an area count as away.
  package func horizon(of area: String, now: Int64) -> Int64 {
    guard let area = areas[area], area.isOut, let outage = area.outage else { return now - Self.recent }
    return outage.began - Self.lead
  }

  /// Looks once, and returns the areas whose policy is another one now.
  package mutating func look(
    at census: [String: AreaCensus], door: Door = Door(), planned: [PlannedOutage] = [], terms: FleetTerms,
    now: Int64
  ) -> Set<String> {
    let before = areas.mapValues(\.policy)
    measure(census, door, terms)
    // The window of a return in course stays as it was told: the speed makes up for what is found out on the way.
    let capacity = control == nil ? estimate?.value ?? terms.capacity : plannedWith ?? terms.capacity
    plannedWith = capacity
    let terms = terms.with(capacity: capacity)
    let everybody = census.values.reduce(0) { $0 + $1.known }
    // An area without gateways keeps its policy: a version that was given is not given again.
    let empty = areas.keys.filter { census[$0] == nil }.map { ($0, AreaCensus(known: 0, away: 0)) }
    for (name, counts) in Array(census) + empty {
      var area =
        areas[name]
        ?? Area(policy: AreaPolicy(version: now, windowSeconds: terms.window(for: everybody)))
      area.known = counts.known
      note(counts, planned.filter { $0.area == name }, terms, now, in: &area)
      areas[name] = area
    }
    decideSpeed(terms)
    let out = areas.values.filter(\.isOut).reduce(0) { $0 + ($1.outage?.peak ?? 0) }
    let soon = planned.filter { $0.from - Self.notice <= now && now < $0.until }
    let announced = soon.reduce(0) { $0 + ($1.expected ?? areas[$1.area]?.known ?? 0) }
    for name in areas.keys {
      let isAnnounced = soon.contains { $0.area == name }
      let gateways = areas[name]?.isOut == true ? out : isAnnounced ? announced : everybody
      publish(terms.window(for: gateways), now: now, in: name)
    }
    return Set(areas.keys.filter { areas[$0]?.policy != before[$0] })
  }

  private mutating func measure(_ census: [String: AreaCensus], _ door: Door, _ terms: FleetTerms) {
    var estimate =
      estimate.flatMap { $0.isTold(terms.capacity) ? $0 : nil } ?? CapacityEstimate(told: terms.capacity)
    if control == nil { estimate.begin() }
    let sessions = census.values.reduce(0) { $0 + $1.returned }
    load = estimate.note(
      CapacityEstimate.Period(seconds: max(1, terms.period), sessions: sessions, door: door))
    best = max(best, Double(sessions) / Double(max(1, terms.period)))
    self.estimate = estimate
  }

  private func note(
    _ counts: AreaCensus, _ planned: [PlannedOutage], _ terms: FleetTerms, _ now: Int64, in area: inout Area
  ) {
    let current = planned.first { $0.from <= now && now < $0.until }
    if !area.isOut {
      let isLost = counts.away >= max(terms.outageFrom, counts.known / 10)
      guard isLost || current != nil else { return }
      area.outage = Outage(cause: isLost && current == nil ? .lost : .planned, began: now, peak: 0)
    }
    guard var outage = area.outage else { return }
    outage.peak = max(outage.peak, counts.away, current.map { $0.expected ?? counts.known } ?? 0)
    outage.add(Outage.Sample(time: now, away: counts.away))
    let most = outage.samples.map(\.away).max() ?? 0
    if outage.returning == nil, counts.returned >= max(1, outage.peak / 100), counts.away < most {
      outage.returning = now
    }
    let isBack = outage.returning != nil && counts.away * 20 <= most
    // Announced, and nobody went; or gone for good.
    let isStale = current == nil && (most == 0 || now - outage.began >= Self.longest)
    if current == nil, isBack || isStale {
      outage.ended = now
      // Nobody is always last.
      area.policy.epoch += 1
    }
    area.outage = outage
  }

  /// The clock runs by what returns while anybody does; before that it is not known how many will come at once.
  private mutating func decideSpeed(_ terms: FleetTerms) {
    let returning = areas.values.filter { $0.isOut && $0.outage?.returning != nil }
    guard !returning.isEmpty else {
      control = nil
      speed = 1
      return
    }
    var control = control ?? SpeedControl()
    let out = areas.values.filter(\.isOut).reduce(0) { $0 + ($1.outage?.peak ?? 0) }
    let window = Double(terms.window(for: out))
    let most = Double(out) / (window * max(0.001, estimate?.value ?? terms.capacity))
    let next = control.next(load: load, most: most, inForce: speed)
    // In eighths: no gateway needs to hear of less.
    speed = max(0.125, (next * 8).rounded(.down) / 8)
    self.control = control
  }

  private mutating func publish(_ window: Int64, now: Int64, in name: String) {
    guard var area = areas[name] else { return }
    let old = Double(area.policy.windowSeconds)
    let isOtherWindow = abs(Double(window) - old) > Self.worthwhile * old
    let hasEnded = area.outage?.ended == now
    if isOtherWindow || hasEnded {
      area.policy.version = max(area.policy.version + 1, now)
      area.policy.step = 0
      area.policy.windowSeconds = window
      area.policy.speed = 1
    }
    let wanted = area.isOut ? speed : 1
    if area.policy.speed != wanted {
      area.policy.step += 1
      area.policy.speed = wanted
    }
    areas[name] = area
  }
}
