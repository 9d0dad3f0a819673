/// How many gateways of an area are where, at one moment.
package struct AreaCensus: Hashable, Sendable {
  /// All that belong to the area and are not revoked.
  package var known: Int
  /// Those whose session was lost (their Will came) since the time that was asked for, or who have been silent for longer
  /// than any gateway is.
  package var away: Int
  /// Those that came on line in the last period.
  package var returned: Int

  package init(known: Int, away: Int, returned: Int = 0) {
    self.known = known
    self.away = away
    self.returned = returned
  }
}

/// An outage that somebody announced, in milliseconds since 1970.
package struct PlannedOutage: Hashable, Sendable {
  package var area: String
  package var from: Int64
  package var until: Int64
  /// How many will be away; `nil` for all.
  package var expected: Int?

  package init(area: String, from: Int64, until: Int64, expected: Int? = nil) {
    self.area = area
    self.from = from
    self.until = until
    self.expected = expected
  }
}

/// What the operator says of the fleet.
package struct FleetTerms: Hashable, Sendable, Codable {
  /// New sessions a second that broker and collector take.
  package var capacity: Double
  /// Fewer gateways away at once are no outage.
  package var outageFrom: Int
  package var criticalShare: Double
  package var lowShare: Double
  /// Seconds between two looks.
  package var period: Int

  package init(
    capacity: Double, outageFrom: Int = 10, criticalShare: Double = 0.01, lowShare: Double = 0,
    period: Int = SpeedControl.period
  ) {
    self.capacity = capacity
    self.outageFrom = outageFrom
    self.criticalShare = criticalShare
    self.lowShare = lowShare
    self.period = period
  }

  func with(capacity: Double) -> FleetTerms {
    var terms = self
    terms.capacity = capacity
    return terms
  }

  /// The window for so many, in seconds within what may be published: a fifth of the capacity stays free.
  package func window(for gateways: Int) -> Int64 {
    let seconds = RestorationPlan.window(gateways: gateways, capacity: capacity)
    return Int64(min(1800, max(10, seconds)).rounded(.up))
  }
}
