package import Certificates
import Cryptography
package import FleetContract
package import FleetStore
import LinuxIO
package import Posture

/// Decides who is enrolled and whose certificate is renewed; knows nothing of HTTP.
package final class EnrolmentDesk: Sendable {
  /// What every enrolled gateway is told.
  package struct Terms: Sendable {
    package var broker: EnrolmentAnswer.Broker
    package var policy: EnrolmentAnswer.Policy
    /// How long a gateway's certificate is valid.
    ///
    /// The default is 90 days.
    package var lifetime: Duration
    /// How far its validity begins in the past, for gateways whose clock is behind.
    ///
    /// The default is one day.
    package var backdating: Duration

    package init(
      broker: EnrolmentAnswer.Broker, policy: EnrolmentAnswer.Policy = .init(),
      lifetime: Duration = .seconds(90 * 86_400), backdating: Duration = .seconds(86_400)
    ) {
      self.broker = broker
      self.policy = policy
      self.lifetime = lifetime
      self.backdating = backdating
    }
  }

  private let room: CertificateRoom
  private let store: FleetStore
  private let terms: Terms
  private let operators: @Sendable () -> [OperatorKey]

  /// `operators` is asked at every answer, so that a new key needs no restart.
  package init(
    _ room: CertificateRoom, store: FleetStore, terms: Terms,
    operators: @escaping @Sendable () -> [OperatorKey]
  ) {
    self.room = room
    self.store = store
    self.terms = terms
    self.operators = operators
  }

  package typealias Answer = Result<EnrolmentAnswer, Refusal>

  /// A refusal; `isGuess` where a credential was wrong, so that guessing can be slowed down.
  package struct Refusal: Error, Sendable {
    package var document: EnrolmentRefusal
    package var isGuess: Bool
  }

  package func enrol(_ request: EnrolmentRequest, from source: String, now: WallTime) -> Answer {
    guard let key = PublicKey(request: Array(request.csr.utf8)), let gateway = Self.gateway(of: key) else {
      return refuse(.badRequest, "the request is not a signed one for a key on P-256", nil, source, now)
    }
    let redemption: Redemption
    switch credential(request, gateway, now) {
    case .success(let found): redemption = found
    case .failure(let reason):
      return refuse(reason.reason, reason.detail, gateway, source, now, isGuess: true)
    }
    do throws(StoreError) {
      let isClaim = redemption.kind == .claim
      switch try store.redeem(redemption) {
      case .accepted(let group):
        return try issue(key, gateway, group, .enrolled, redemption.grant, source, now)
      case .unknown:
        return refuse(
          isClaim ? .claimRefused : .tokenUnknown, "not known here", gateway, source, now, isGuess: true)
      case .used:
        return refuse(
          isClaim ? .claimUsedUp : .tokenUsed, "it has been used", gateway, source, now, isGuess: true)
      case .expired:
        return refuse(
          isClaim ? .claimExpired : .tokenExpired, "its time is over", gateway, source, now, isGuess: true)
      case .revoked:
        return refuse(
          isClaim ? .claimRefused : .tokenRevoked, "it was revoked", gateway, source, now, isGuess: true)
      case .gatewayRevoked:
        return refuse(
          .gatewayRevoked, "this gateway was revoked; with a new key it is a new gateway", gateway, source,
          now)
      }
    } catch {
      return refuse(.unavailable, "the store cannot be used", gateway, source, now)
    }
  }

  package func renew(_ request: RenewalRequest, from source: String, now: WallTime) -> Answer {
    guard let key = PublicKey(request: Array(request.csr.utf8)), let gateway = Self.gateway(of: key) else {
      return refuse(.badRequest, "the request is not a signed one for a key on P-256", nil, source, now)
    }
    guard let old = room.authority.own(Array(request.certificate.utf8), for: .client), old.key.der == key.der,
      old.commonName == gateway.text
    else {
      return refuse(
        .certificateForeign, "the certificate is not of this authority, or not of the key that asks", gateway,
        source, now, isGuess: true)
    }
    do throws(StoreError) {
      guard let enrolment = try store.enrolment(of: gateway) else {
        return refuse(
          .certificateForeign, "the gateway is not enrolled here", gateway, source, now, isGuess: true)
      }
      guard enrolment.revoked == nil else {
        return refuse(.gatewayRevoked, "this gateway was revoked", gateway, source, now)
      }
      return try issue(key, gateway, enrolment.group, .renewed, nil, source, now)
    } catch {
      return refuse(.unavailable, "the store cannot be used", gateway, source, now)
    }
  }

  package static func gateway(of key: PublicKey) -> GatewayID? { GatewayID(hash: Digest.sha256(key.der)) }

  // MARK: - Credentials

  private struct CredentialFault: Error {
    var reason: EnrolmentRefusal.Reason
    var detail: String
  }

  private func credential(
    _ request: EnrolmentRequest, _ gateway: GatewayID, _ now: WallTime
  ) -> Result<Redemption, CredentialFault> {
    if let token = request.token {
      guard let (id, secret) = EnrolmentToken.parse(credential: token) else {
        return .failure(CredentialFault(reason: .tokenUnknown, detail: "not a token"))
      }
      let hash = Digest.sha256(Array(secret.utf8))
      return .success(Redemption(grant: id, kind: .token, secretHash: hash, gateway: gateway, now: now))
    }
    guard let pem = request.claimCertificate, let text = request.claimSignature,
      let signature = SignatureText.bytes(text)
    else { return .failure(CredentialFault(reason: .badRequest, detail: "neither a token nor a claim")) }
    guard let claim = room.authority.own(Array(pem.utf8), for: .claim),
      claim.commonName.hasPrefix(Self.claimPrefix),
      claim.key.verifies(signature, over: Array(request.csr.utf8))
    else {
      return .failure(
        CredentialFault(reason: .claimRefused, detail: "not a claim of this authority, or not signed by it"))
    }
    let id = String(claim.commonName.dropFirst(Self.claimPrefix.count))
    return .success(Redemption(grant: id, kind: .claim, secretHash: nil, gateway: gateway, now: now))
  }

  package static let claimPrefix = "claim-"

  // MARK: - Answers

  private func issue(
    _ key: PublicKey, _ gateway: GatewayID, _ group: String?, _ event: AuditEntry.Event, _ grant: String?,
    _ source: String, _ now: WallTime
  ) throws(StoreError) -> Answer {
    let second = now.milliseconds / 1000
    let issued: Authority.Issued
    do throws(CryptoError) {
      let form = try CertificateForm(
        subject: gateway.text, use: .client, names: [],
        notBefore: second - terms.backdating.components.seconds,
        notAfter: second + terms.lifetime.components.seconds)
      issued = try room.authority.issue(form, for: key)
    } catch {
      return refuse(.unavailable, "no certificate could be made", gateway, source, now)
    }
    // Only what is in the book can be revoked, so it is written before it is given away.
    let isKept = try store.addCertificate(
      serial: issued.serial, of: gateway, notAfter: issued.notAfter,
      AuditEntry(event, at: now, gateway: gateway, grant: grant, source: source, detail: issued.serial))
    guard isKept else { return refuse(.gatewayRevoked, "this gateway was revoked", gateway, source, now) }
    return .success(
      EnrolmentAnswer(
        gateway: gateway.text, certificate: String(decoding: issued.pem, as: UTF8.self),
        authorities: String(decoding: room.authority.chain, as: UTF8.self), broker: terms.broker,
        group: group,
        operators: operators(), policy: terms.policy, time: now.description))
  }

  private func refuse(
    _ reason: EnrolmentRefusal.Reason, _ detail: String, _ gateway: GatewayID?, _ source: String,
    _ now: WallTime, isGuess: Bool = false
  ) -> Answer {
    try? store.note(
      AuditEntry(.refused, at: now, gateway: gateway, source: source, detail: "\(reason.rawValue): \(detail)")
    )
    return .failure(
      Refusal(document: EnrolmentRefusal(reason, detail, time: now.description), isGuess: isGuess))
  }
}
