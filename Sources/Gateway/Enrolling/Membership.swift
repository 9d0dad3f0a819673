package import Cryptography
package import FleetContract
import FoundationEssentials
import Glibc
package import LinuxIO

/// What an enrolled gateway knows of the fleet it belongs to: one file, so that it is never half one and half another.
package struct Membership: Hashable, Sendable, Codable {
  package var v = "1.0"
  /// Where it enrolled, and asks for a new certificate.
  package var collector: CollectorAddress
  /// What the collector answered last.
  package var answer: EnrolmentAnswer

  package init(collector: CollectorAddress, answer: EnrolmentAnswer) {
    self.collector = collector
    self.answer = answer
  }

  /// The group (area) it was put into.
  package var group: TopicName? { answer.group.flatMap { TopicName($0) } }
}

extension Membership {
  /// Takes what a collector answered, where it is for us: nothing is kept that the next connection would not bear out.
  package init(
    _ answer: EnrolmentAnswer, of collector: CollectorAddress, for key: KeyPair
  ) throws(EnrolmentFault) {
    guard ContractVersion(answer.v)?.isReadable == true else {
      throw .answer("it speaks version '\(answer.v)' of the contract")
    }
    let own: [UInt8]
    let held: HeldCertificate
    do throws(CryptoError) {
      own = Digest.sha256(try key.publicDER())
      held = try HeldCertificate(pem: Array(answer.certificate.utf8))
      _ = try HeldCertificate(pem: Array(answer.authorities.utf8))
    } catch {
      throw .answer("it has no readable certificate: \(error)")
    }
    guard let gateway = GatewayID(hash: own), answer.gateway == gateway.text else {
      throw .answer("it is meant for another gateway")
    }
    guard held.keyDigest == own else { throw .answer("the certificate is for another key") }
    guard !answer.broker.host.isEmpty, answer.broker.port > 0 else { throw .answer("it names no broker") }
    self.init(collector: collector, answer: answer)
  }

  /// The validity of the certificate, in seconds since 1970.
  package var validity: (from: Int64, until: Int64)? {
    (try? HeldCertificate(pem: Array(answer.certificate.utf8))).map { ($0.notBefore, $0.notAfter) }
  }
}

/// The membership on disk.
package struct MembershipFile: Hashable, Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// A certificate, its authorities and sixteen keys stay far below this.
  private static let limit = 262_144

  /// Reads it; `nil` where the gateway is not enrolled.
  ///
  /// Throws `EBADMSG` for a file that is damaged, and `EPERM` for one that others could have written.
  package func read() throws(SystemError) -> Membership? {
    guard Files.exists(path) else { return nil }
    guard try Files.mode(path) & 0o022 == 0 else {
      throw SystemError(EPERM, "others may write it; 'chmod go-w' after checking it:", path)
    }
    let bytes = try Files.read(path, limit: Self.limit)
    guard let membership = try? JSONDecoder().decode(Membership.self, from: Data(bytes)) else {
      throw SystemError(EBADMSG, "read", path)
    }
    return membership
  }

  /// Replaces it; when this returns, a power cut leaves it as written.
  package func write(_ membership: Membership) throws(SystemError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    guard let data = try? encoder.encode(membership) else {
      throw SystemError(EBADMSG, "write", path)
    }
    try Files.replace(path, with: [UInt8](data) + [0x0a], mode: 0o600)
  }
}
