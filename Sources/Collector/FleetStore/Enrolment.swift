package import FleetContract
package import Posture

/// What lets gateways enrol.
package struct EnrolmentGrant: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable {
    /// A secret, for one gateway.
    case token
    /// A certificate that a factory puts into a batch of gateways.
    case claim
  }

  package var id: String
  package var kind: Kind
  package var group: String?
  package var created: WallTime
  package var expires: WallTime
  package var usesLeft: Int
  package var lastUsed: WallTime?
  package var lastGateway: String?
  package var revoked: WallTime?

  package init(
    id: String, kind: Kind, group: String?, created: WallTime, expires: WallTime, usesLeft: Int
  ) {
    self.id = id
    self.kind = kind
    self.group = group
    self.created = created
    self.expires = expires
    self.usesLeft = usesLeft
  }

  private enum CodingKeys: String, CodingKey {
    case id, kind, group, created, expires, revoked
    case usesLeft = "uses_left"
    case lastUsed = "last_used"
    case lastGateway = "last_gateway"
  }
}

/// A gateway that was enrolled.
package struct Enrolment: Hashable, Sendable, Codable {
  package var gateway: GatewayID
  package var group: String?
  package var enrolled: WallTime
  /// When its newest certificate expires.
  package var expires: WallTime?
  package var revoked: WallTime?
  package var reason: String?
  /// When a collector had its broker put it out.
  package var enforced: WallTime?
}

/// One line of the book about who was let in, and who not.
package struct AuditEntry: Hashable, Sendable, Codable {
  package enum Event: String, Hashable, Sendable, Codable {
    case granted, enrolled, refused, renewed, revoked
    case grantRevoked = "grant_revoked"
    /// A gateway tried to speak as another.
    case denied
    /// Somebody accepted or muted a finding, or took that back.
    case decided
    /// All that was stored of a gateway was erased.
    case erased
    /// Somebody noted what was done about a finding.
    case noted
    case accountAdded = "account_added"
    case accountRemoved = "account_removed"
    case passwordChanged = "password_changed"
    case signedIn = "signed_in"
    case signedOut = "signed_out"
    /// A wrong name or password.
    case signInRefused = "sign_in_refused"
    case tokenMade = "token_made"
    case tokenRevoked = "token_revoked"
  }

  package var time: WallTime
  package var event: Event
  package var gateway: String?
  package var grant: String?
  /// Where the question came from.
  package var source: String?
  package var detail: String?

  package init(
    _ event: Event, at time: WallTime, gateway: GatewayID? = nil, grant: String? = nil, source: String? = nil,
    detail: String? = nil
  ) {
    self.time = time
    self.event = event
    self.gateway = gateway?.text
    self.grant = grant
    self.source = source
    self.detail = detail
  }
}

/// A credential that was shown, to be judged and used up in one transaction.
package struct Redemption: Sendable {
  package var grant: String
  package var kind: EnrolmentGrant.Kind
  /// The SHA-256 of the secret that was shown; `nil` for a claim, whose proof is a signature.
  package var secretHash: [UInt8]?
  package var gateway: GatewayID
  package var now: WallTime

  package init(
    grant: String, kind: EnrolmentGrant.Kind, secretHash: [UInt8]?, gateway: GatewayID, now: WallTime
  ) {
    self.grant = grant
    self.kind = kind
    self.secretHash = secretHash
    self.gateway = gateway
    self.now = now
  }

  /// What became of it.
  package enum Outcome: Hashable, Sendable {
    case accepted(group: String?)
    case unknown
    case used
    case expired
    case revoked
    /// The gateway's own enrolment was revoked.
    case gatewayRevoked
  }

  /// A gateway whose answer was lost on the way may ask again with the same key for this long.
  package static let repetition: Duration = .seconds(900)
}
