package import Certificates
import Cryptography
package import FleetContract
import LinuxIO
package import Posture

/// The authority with its files: made at first start, or given by the operator.
package struct CertificateRoom: Sendable {
  package let authority: Authority
  package let files: EnrolmentFiles

  /// A certificate chain and key of the provider's own, as files in PEM.
  package struct Issuer: Hashable, Sendable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// Takes the issuer's files, or the authority of our own, which is made where there is none.
  package init(state: String, issuer: Issuer?, now: WallTime) throws(EnrolmentError) {
    files = EnrolmentFiles(state: state)
    try Self.onDisk { [files] () throws(SystemError) in
      try Files.createDirectory(files.directory, mode: 0o700)
    }
    let place = issuer ?? Issuer(certificate: files.authority, key: files.authorityKey)
    if issuer == nil, !Files.exists(files.authorityKey) { try Self.makeAuthority(files, now) }
    try Self.demandSecrecy(place.key)
    let (chain, key) = try Self.onDisk { () throws(SystemError) in
      (try Files.read(place.certificate, limit: 65_536), try Files.read(place.key, limit: 65_536))
    }
    do throws(CryptoError) { authority = try Authority(chain: chain, key: key) } catch {
      let advice =
        issuer == nil
        ? "Restore both files from a backup; without them every gateway has to enrol again."
        : "Name the issuer's chain and its key in 'enrolment: {issuer: {certificate: …, key: …}}'."
      throw EnrolmentError(
        .authority,
        "\(place.certificate) and \(place.key) cannot be used as an authority: \(error). \(advice)")
    }
    guard authority.held.notAfter > now.milliseconds / 1000 else {
      throw EnrolmentError(
        .authority,
        "\(place.certificate) has expired: nobody trusts what it signs. Renew it with the same key.")
    }
  }

  /// Refuses where a collector has shown this directory's gateways another authority than this one.
  ///
  /// A token made with the wrong one is pinned to an authority that no gateway will ever meet.
  package func demandServed() throws(EnrolmentError) {
    guard Files.exists(files.authorities) else { return }
    let served = try Self.onDisk { () throws(SystemError) in try Files.read(files.authorities, limit: 65_536)
    }
    guard let held = try? HeldCertificate(pem: served), held.keyDigest != authority.held.keyDigest else {
      return
    }
    throw EnrolmentError(
      .authority,
      "the collector uses '\(held.facts.subject)' as authority, not '\(authority.held.facts.subject)': name its "
        + "configuration file with --config.")
  }

  /// The pin of a token.
  package var pin: String { Base32.encode(authority.held.keyDigest) }

  /// Makes the certificates of the servers and of the collector anew; their keys stay.
  package func furnish(collector: String, names: [String], now: WallTime) throws(EnrolmentError) {
    let second = now.milliseconds / 1000
    try issue(
      "kadomori-collector", .server, names: names, certificate: files.server, key: files.serverKey,
      second)
    try issue(
      collector, .client, names: [], certificate: files.collector, key: files.collectorKey, second)
    // Names of their own: a second session under the collector's would end the first.
    try issue(
      "door-" + collector, .client, names: [], certificate: files.door, key: files.doorKey, second)
    try issue(
      AccessList.noteWriter(of: collector), .client, names: [], certificate: files.notes,
      key: files.notesKey, second)
    try Self.onDisk { () throws(SystemError) in
      try Files.replace(files.authorities, with: authority.chain, mode: 0o644)
    }
  }

  /// A claim certificate with the chain above it, and its key: it signs requests to enrol and opens nothing else.
  package func claim(
    _ id: String, expires: WallTime, now: WallTime
  ) throws(EnrolmentError) -> (certificate: [UInt8], key: [UInt8]) {
    try pair(EnrolmentDesk.claimPrefix + id, .claim, expires, now)
  }

  /// A certificate with which a tenant's user comes in at the broker, with the chain above it, and its key.
  package func certificate(
    of reader: TenantReader, expires: WallTime, now: WallTime
  ) throws(EnrolmentError) -> (certificate: [UInt8], key: [UInt8]) {
    try pair(reader.user.description, .client, expires, now)
  }

  private func pair(
    _ subject: String, _ use: CertificateForm.Use, _ expires: WallTime, _ now: WallTime
  ) throws(EnrolmentError) -> (certificate: [UInt8], key: [UInt8]) {
    do throws(CryptoError) {
      let pair = try KeyPair()
      let form = try CertificateForm(
        subject: subject, use: use, names: [],
        notBefore: now.milliseconds / 1000 - 86_400, notAfter: expires.milliseconds / 1000)
      let issued = try authority.issue(form, for: try PublicKey.half(of: pair))
      return (issued.pem + authority.chain, try pair.privatePEM())
    } catch {
      throw EnrolmentError(.authority, "no certificate could be made: \(error).")
    }
  }

  /// Certificates of our own are made anew at every start; a collector that runs on has this long.
  private static let ownLifetime: Int64 = 825 * 86_400

  private func issue(
    _ subject: String, _ use: CertificateForm.Use, names: [String], certificate: String, key: String,
    _ now: Int64
  ) throws(EnrolmentError) {
    do {
      if !Files.exists(key) { try Files.replace(key, with: try KeyPair().privatePEM(), mode: 0o600) }
      try Self.demandSecrecy(key)
      let pair = try KeyPair(pem: try Files.read(key, limit: 16_384))
      let form = try CertificateForm(
        subject: subject, use: use, names: names, notBefore: now - 86_400, notAfter: now + Self.ownLifetime)
      let issued = try authority.issue(form, for: try PublicKey.half(of: pair))
      try Files.replace(certificate, with: issued.pem + authority.chain, mode: 0o644)
    } catch let error as EnrolmentError {
      throw error
    } catch {
      throw EnrolmentError(.files, "\(error). Check the owner and the space of \(files.directory).")
    }
  }

  private static func makeAuthority(_ files: EnrolmentFiles, _ now: WallTime) throws(EnrolmentError) {
    do {
      let name = "Kadomori " + Base32.encode(try Digest.random(5))
      let made = try Authority.make(named: name, now: now.milliseconds / 1000)
      // The key last: where it is, the certificate is too.
      try Files.replace(files.authority, with: made.chain, mode: 0o644)
      try Files.replace(files.authorityKey, with: made.key, mode: 0o600)
    } catch {
      throw EnrolmentError(.files, "\(error). Check the owner and the space of \(files.directory).")
    }
  }

  private static func demandSecrecy(_ path: String) throws(EnrolmentError) {
    let mode = try onDisk { () throws(SystemError) in try Files.mode(path) }
    guard mode & 0o077 == 0 else {
      throw EnrolmentError(
        .authority, "\(path): others may read this key; make it private with 'chmod 600 \(path)'.")
    }
  }

  static func onDisk<Value>(_ body: () throws(SystemError) -> Value) throws(EnrolmentError) -> Value {
    do throws(SystemError) { return try body() } catch {
      throw EnrolmentError(.files, "\(error). Check the owner, the mode and the space of that place.")
    }
  }
}
