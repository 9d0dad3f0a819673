package import Cryptography
package import Posture

extension [ServiceFact: String] {
  /// What a TLS handshake tells of a service, fit to be stored and shown.
  package init(_ tls: TLSFacts) {
    self = [.tlsVersion: tls.version, .cipher: tls.cipher]
    if !tls.weaknesses.isEmpty { self[.weak] = tls.weaknesses.joined(separator: " ") }
    guard let certificate = tls.certificate else { return }
    self[.certificateSubject] = certificate.subject
    self[.certificateIssuer] = certificate.issuer
    self[.certificateNames] = certificate.names.joined(separator: " ")
    self[.certificateFrom] = certificate.validFrom
    self[.certificateUntil] = certificate.validUntil
    self[.certificateKey] = certificate.key
    // An address that was cut is another address.
    self[.certificateMUDURL] = certificate.mudURL.flatMap { Text.clean($0) == $0 ? $0 : nil }
    self[.certificateDigest] = Hexadecimal.text(certificate.digest)
    self = compactMapValues { text in
      let clean = Text.clean(text)
      return clean.isEmpty ? nil : clean
    }
  }
}
