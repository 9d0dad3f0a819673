import Cryptography
import Enrolling
import FleetContract
import HTTPMessages
import Wording

extension FuzzTarget {
  /// What comes over HTTPS at enrolment, from either side, in one piece and in small ones.
  static func enrolment(_ bytes: [UInt8]) {
    var whole = HTTPReader()
    let outcome = whole.take(bytes)
    var pieces = HTTPReader()
    var last = HTTPReader.Outcome.needsMore
    for start in stride(from: 0, to: bytes.count, by: 7) where last == .needsMore {
      last = pieces.take(bytes[start..<min(bytes.count, start + 7)])
    }
    if case .message(let message) = outcome {
      precondition(last == outcome, "pieces make another message")
      documents(message.body)
    }
    documents(bytes)
    _ = try? HeldCertificate(pem: bytes)
    for certificate in PEM.certificates(in: bytes).prefix(4) { _ = try? HeldCertificate(pem: certificate) }
    let text = String(decoding: bytes.prefix(300), as: UTF8.self)
    _ = EnrolmentToken(text)
    if let address = CollectorAddress(text) {
      precondition(CollectorAddress(address.description) == address, "an address changes when it is written")
    }
  }

  private static func documents(_ bytes: [UInt8]) {
    _ = try? EnrolmentDocument.read(EnrolmentRequest.self, bytes)
    _ = try? EnrolmentDocument.read(RenewalRequest.self, bytes)
    if let refusal = try? EnrolmentDocument.read(EnrolmentRefusal.self, bytes) {
      let text = EnrolmentFault.refused(refusal).text(of: CollectorAddress(host: "c"), isClockSet: true).en
      precondition(text.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "a refusal steers the terminal")
    }
    guard let answer = try? EnrolmentDocument.read(EnrolmentAnswer.self, bytes) else { return }
    guard let key = try? KeyPair() else { preconditionFailure("no key") }
    let taken = try? Membership(answer, of: CollectorAddress(host: "c"), for: key)
    precondition(taken == nil, "a certificate for our key that nobody has issued")
  }
}
