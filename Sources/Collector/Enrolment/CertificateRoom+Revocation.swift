import Certificates
import Cryptography
package import FleetContract
package import FleetStore
import Glibc
import LinuxIO
package import Posture

extension CertificateRoom {
  /// Writes the broker's list of rights and the revocation list as the store has them.
  ///
  /// Collectors that were named before keep their rights, unless `collectors` are to be the only ones.
  ///
  /// `readers` are the users of tenants; without them those of before stay.
  ///
  /// Read and written under one lock: of two revocations at once, neither can undo the other.
  package func writeLists(
    _ store: FleetStore, collectors: [String], only: Bool = false, readers: [TenantReader]? = nil,
    now: WallTime
  ) throws(EnrolmentError) {
    let lock = try held()
    defer { withExtendedLifetime(lock) {} }
    let second = now.milliseconds / 1000
    do {
      let collectors = only ? collectors : Array(Set(collectors + knownCollectors)).sorted()
      try Files.replace(
        files.collectors, with: Array(collectors.map { $0 + "\n" }.joined().utf8), mode: 0o600)
      let readers = readers.map(withFormer) ?? knownReaders
      try Files.replace(
        files.readers, with: Array(readers.map { $0.line + "\n" }.joined().utf8), mode: 0o600)
      let revoked = try store.revocations(at: second)
      // Back-dated for brokers whose clock is behind, and newer than the list before: see revocationList.
      let number = max(second - 86_400, lastNumber + 1)
      let list = try authority.revocationList(
        of: revoked.serials, since: number, revokedAt: second - 86_400, number: number)
      try Files.replace(
        files.accessList,
        with: Array(
          AccessList.text(collectors: collectors, revoked: revoked.gateways, readers: readers).utf8),
        mode: 0o600)
      try Files.replace(files.revocations, with: list, mode: 0o644)
      try Files.replace(numberFile, with: Array(String(number).utf8), mode: 0o600)
    } catch {
      throw EnrolmentError(.files, "\(error). Nothing is revoked at the broker until this is mended.")
    }
  }

  /// The collectors that the list of rights names.
  package var knownCollectors: [String] {
    let bytes = (try? Files.read(files.collectors, limit: 65_536)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private var numberFile: String { files.revocations + ".number" }

  /// The number of the last list, which is also the second it counts from.
  private var lastNumber: Int64 {
    (try? Files.read(numberFile, limit: 32)).flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
  }

  private func held() throws(EnrolmentError) -> Descriptor {
    for _ in 0..<200 {
      let lock = try Self.onDisk { () throws(SystemError) in try Files.lock(files.lock) }
      if let lock { return lock }
      poll(nil, 0, 50)
    }
    throw EnrolmentError(.busy, "\(files.lock) is held by another program for ten seconds; try again.")
  }

  /// A certificate with a gateway's name, to take its session over and so end it; valid for ten minutes.
  ///
  /// The files are removed by the caller, with `removeTakeoverFiles`.
  package func takeoverFiles(
    for gateway: GatewayID, now: WallTime
  ) throws(EnrolmentError) -> (certificate: String, key: String) {
    let second = now.milliseconds / 1000
    do {
      let pair = try KeyPair()
      let form = try CertificateForm(
        subject: gateway.text, use: .client, names: [], notBefore: second - 86_400, notAfter: second + 600)
      let issued = try authority.issue(form, for: try PublicKey.half(of: pair))
      let base = files.directory + "/takeover"
      try Files.replace(base + ".crt", with: issued.pem + authority.chain, mode: 0o600)
      try Files.replace(base + ".key", with: try pair.privatePEM(), mode: 0o600)
      return (base + ".crt", base + ".key")
    } catch {
      throw EnrolmentError(.files, "\(error)")
    }
  }

  /// Removes what `takeoverFiles` made, also of an earlier run.
  package func removeTakeoverFiles() {
    for suffix in [".crt", ".key"] { unlink(files.directory + "/takeover" + suffix) }
  }
}
