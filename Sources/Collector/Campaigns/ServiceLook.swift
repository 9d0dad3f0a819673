package import Posture

/// What an open port said when it was asked what it is.
package struct ServiceLook: Hashable, Sendable, Codable {
  /// What came of the question.
  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    /// Something was said, whether or not it was understood.
    case answered
    /// The connection was taken, and nothing was said; or nothing may be asked there.
    case mute
    /// It took no connection any more.
    case gone
    /// Somebody opted out, or the authorisation ended, before it was asked.
    case leftAlone = "left_alone"
  }

  package var outcome: Outcome
  package var `protocol`: ServiceProtocol
  package var tls: Bool
  package var product: String?
  package var version: String?
  /// Of ``ServiceLook/keptFacts`` alone.
  package var facts: [ServiceFact: String]
  package var kind: DeviceKind
  /// How sure the kind is, in thousandths.
  package var kindSureness: Int
  package var facility: FacilityMark?
  package var time: WallTime

  package init(
    _ outcome: Outcome, protocol: ServiceProtocol = .unknown, tls: Bool = false, product: String? = nil,
    version: String? = nil, facts: [ServiceFact: String] = [:], kind: DeviceKind = .unknown,
    kindSureness: Int = 0, facility: FacilityMark? = nil, at time: WallTime
  ) {
    self.outcome = outcome
    self.protocol = `protocol`
    self.tls = tls
    self.product = product
    self.version = version
    self.facts = facts.filter { Self.keptFacts.contains($0.key) }
    self.kind = kind
    self.kindSureness = kindSureness
    self.facility = facility
    self.time = time
  }

  /// What anybody sees who opens the page, and the certificate that everybody is shown.
  package static let keptFacts: Set<ServiceFact> = [
    .banner, .server, .title, .realm, .status, .location, .vendor, .product, .revision, .name, .tlsVersion,
    .weak, .certificateSubject, .certificateIssuer, .certificateNames, .certificateFrom, .certificateUntil,
    .certificateKey, .certificateDigest,
  ]

  private enum CodingKeys: String, CodingKey {
    case outcome, `protocol`, tls, product, version, facts, kind, facility, time
    case kindSureness = "kind_sureness"
  }
}

/// A word that stands on what a service shows and that facilities people depend on use of themselves.
///
/// A hint where to look first. Whether there is such a facility, only somebody who knows the place can say.
package struct FacilityMark: Hashable, Sendable, Codable {
  package enum Sector: String, Hashable, Sendable, Codable, CaseIterable {
    case water, power, health, safety, transport, waste, industry
    /// What controls plants, wherever it stands.
    case control
  }

  package var word: String
  package var sector: Sector
  /// How often a page with this word belongs to such a facility, in hundredths: chosen, not measured.
  package var sureness: Int

  package init(_ word: String, _ sector: Sector, sureness: Int) {
    self.word = word
    self.sector = sector
    self.sureness = sureness
  }
}
