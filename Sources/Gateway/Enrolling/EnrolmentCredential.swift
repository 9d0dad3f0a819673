package import Cryptography
package import FleetContract

/// What lets a gateway enrol.
package enum EnrolmentCredential: Hashable, Sendable {
  /// What the provider handed over for this one gateway.
  case token(EnrolmentToken)
  /// What the factory gave a batch of gateways: certificate with its authorities, and its key, in PEM.
  case claim(certificate: [UInt8], key: [UInt8])

  /// Whom it lets us believe.
  package func trust() throws(CryptoError) -> TLSTrust {
    switch self {
    case .token(let token): return .pin(token.pin)
    case .claim(let certificate, _):
      guard let authority = PEM.certificates(in: certificate).last else {
        throw CryptoError("PEM", reason: "no certificate in the claim")
      }
      return .authority(authority)
    }
  }

  /// The request that shows it, for a key of the gateway's own.
  package func request(for key: KeyPair) throws(CryptoError) -> EnrolmentRequest {
    let csr = try key.signingRequest()
    let text = String(decoding: csr, as: UTF8.self)
    switch self {
    case .token(let token): return EnrolmentRequest(csr: text, token: token.credential)
    case .claim(let certificate, let pem):
      let signature = try KeyPair(pem: pem).signature(over: csr)
      return EnrolmentRequest(
        csr: text, claimCertificate: String(decoding: certificate, as: UTF8.self),
        claimSignature: SignatureText.text(signature))
    }
  }
}
