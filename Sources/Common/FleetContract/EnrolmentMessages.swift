/// What a gateway sends to `POST /v1/enrol`: a token, or a claim certificate with its key's signature.
package struct EnrolmentRequest: Hashable, Sendable, Codable {
  /// `<id>.<secret>`; the pin of the whole token stays with the gateway.
  package var token: String?
  /// PEM of the certificate the factory gave a batch of gateways.
  package var claimCertificate: String?
  /// The claim key's signature over the bytes of `csr`: ECDSA with SHA-256, DER, in base 64.
  package var claimSignature: String?
  /// PKCS #10 in PEM.
  package var csr: String

  package init(csr: String, token: String) {
    self.csr = csr
    self.token = token
  }

  package init(csr: String, claimCertificate: String, claimSignature: String) {
    self.csr = csr
    self.claimCertificate = claimCertificate
    self.claimSignature = claimSignature
  }

  private enum CodingKeys: String, CodingKey {
    case token, csr
    case claimCertificate = "claim_certificate"
    case claimSignature = "signature"
  }
}

/// What a gateway sends to `POST /v1/renew`; the old certificate may have expired.
package struct RenewalRequest: Hashable, Sendable, Codable {
  package var csr: String
  package var certificate: String

  package init(csr: String, certificate: String) {
    self.csr = csr
    self.certificate = certificate
  }
}

/// What an enrolled gateway is told, at enrolment and at every renewal.
package struct EnrolmentAnswer: Hashable, Sendable, Codable {
  /// Where the broker is, and the name its certificate carries.
  package struct Broker: Hashable, Sendable, Codable {
    package var host: String
    package var port: UInt16
    package var name: String

    package init(host: String, port: UInt16, name: String) {
      self.host = host
      self.port = port
      self.name = name
    }
  }

  package struct Policy: Hashable, Sendable, Codable {
    /// The verbs that need the signatures of two operators.
    package var twoSignatures: [String]

    package init(twoSignatures: [String] = []) {
      self.twoSignatures = twoSignatures
    }

    private enum CodingKeys: String, CodingKey {
      case twoSignatures = "two_signatures"
    }
  }

  package var v = "1.0"
  package var gateway: String
  package var certificate: String
  /// PEM of the authority that issued it, and of those above it.
  package var authorities: String
  package var broker: Broker
  package var group: String?
  /// Whose signatures a command needs.
  package var operators: [OperatorKey]
  package var policy: Policy
  /// The collector's clock, RFC 3339: for people whose gateway has none.
  package var time: String

  package init(
    gateway: String, certificate: String, authorities: String, broker: Broker, group: String?,
    operators: [OperatorKey], policy: Policy, time: String
  ) {
    self.gateway = gateway
    self.certificate = certificate
    self.authorities = authorities
    self.broker = broker
    self.group = group
    self.operators = operators
    self.policy = policy
    self.time = time
  }

  private enum CodingKeys: String, CodingKey {
    case v, gateway, certificate, authorities, broker, group, policy, time
    case operators = "operator_keys"
  }
}

/// Why a gateway is not enrolled, or its certificate not renewed.
package struct EnrolmentRefusal: Hashable, Sendable, Codable {
  /// A closed list; a reader takes a word it does not know for ``refused``.
  package enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
    /// No such token, or a wrong secret: nobody is told which.
    case tokenUnknown = "token_unknown"
    case tokenUsed = "token_used"
    case tokenExpired = "token_expired"
    case tokenRevoked = "token_revoked"
    /// The claim certificate is not ours, or the signature is not its key's.
    case claimRefused = "claim_refused"
    case claimExpired = "claim_expired"
    case claimUsedUp = "claim_used_up"
    /// The certificate to renew is not ours, or not of the key that asks.
    case certificateForeign = "certificate_foreign"
    case gatewayRevoked = "gateway_revoked"
    case badRequest = "bad_request"
    case tooLarge = "too_large"
    case slowDown = "slow_down"
    case unavailable
    case refused

    package init(from decoder: any Decoder) throws {
      self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .refused
    }
  }

  package var v = "1.0"
  package var error: Reason
  package var detail: String
  package var time: String

  package init(_ error: Reason, _ detail: String, time: String) {
    self.error = error
    self.detail = detail
    self.time = time
  }
}

/// The documents of enrolment as bytes; bounded like every payload of the contract.
package enum EnrolmentDocument {
  package static func bytes(_ document: some Encodable) throws(Rejection) -> [UInt8] {
    try encodePayload(document)
  }

  package static func read<Document: Decodable>(
    _ type: Document.Type, _ bytes: some Collection<UInt8>
  ) throws(Rejection) -> Document {
    try decodePayload(type, from: bytes)
  }
}

/// The paths of the two questions a gateway can ask over HTTPS.
package enum EnrolmentPath {
  package static let enrol = "/v1/enrol"
  package static let renew = "/v1/renew"
}
