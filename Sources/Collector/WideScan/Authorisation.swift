package import Cryptography
package import Posture

/// Who lets which addresses be scanned, until when and through which interfaces; signed.
///
/// The file is this text, to the byte, so that a reader sees all that was signed and nothing is said twice:
///
///     kadomori-authorisation 1
///     owner Example Net
///     contact scans@example.net
///     approved-by Hanako Kado, network operations
///     valid-until 2027-03-31T00:00:00Z
///     interface wan0
///     block 198.18.0.0/15
///     block 2001:db8::/40 each /56
///     signature 64-BYTES-IN-HEXADECIMAL
///
/// The signature (Ed25519, RFC 8032) is over all lines above its own. Whose it is, the one who starts the scan has to
/// know: the file names no key.
package struct Authorisation: Hashable, Sendable {
  package var owner: String
  package var contact: String
  package var approvedBy: String
  package var validUntil: WallTime
  /// The interfaces that probes may leave by.
  package var interfaces: [String]
  package var blocks: [AddressBlock]

  package init(
    owner: String, contact: String, approvedBy: String, validUntil: WallTime, interfaces: [String],
    blocks: [AddressBlock]
  ) {
    self.owner = owner
    self.contact = contact
    self.approvedBy = approvedBy
    self.validUntil = validUntil
    self.interfaces = interfaces
    self.blocks = blocks
  }

  static let heading = "kadomori-authorisation 1"
  /// A file larger than this names no provider's blocks.
  package static let largestFile = 262_144
  /// The blocks that one file may name.
  package static let mostBlocks = 4096

  /// The lines that are signed.
  package var text: String {
    var lines = [
      Self.heading, "owner \(owner)", "contact \(contact)", "approved-by \(approvedBy)",
      "valid-until \(validUntil)",
    ]
    lines += interfaces.map { "interface \($0)" }
    lines += blocks.map { "block \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The whole file.
  package func signed(by key: SigningKey) throws(CryptoError) -> String {
    text + "signature \(Hexadecimal.text(try key.sign(Array(text.utf8))))\n"
  }

  /// What is wrong with what it says; `nil` when nothing is.
  package var problem: String? {
    guard !blocks.isEmpty else { return "names no block; add a line such as 'block 198.18.0.0/15'" }
    guard blocks.count <= Self.mostBlocks else { return "names more than \(Self.mostBlocks) blocks" }
    guard !interfaces.isEmpty else { return "names no interface; add a line such as 'interface wan0'" }
    for block in blocks {
      if let problem = block.problem { return "block \(block): \(problem)" }
    }
    let order = blocks.sorted { $0.isBefore($1) }
    for (one, next) in zip(order, order.dropFirst()) where one.span.overlaps(next.span) {
      return "block \(one) and block \(next) overlap; its addresses would be probed twice: keep one of them"
    }
    return nil
  }

  /// Reads a file that one of `keys` has signed and that is still valid at `now`.
  package init(_ bytes: [UInt8], keys: [[UInt8]], now: WallTime) throws(AuthorisationError) {
    self = try Self.read(bytes, keys: keys)
    guard now < validUntil else { throw .expired(at: validUntil) }
    guard validUntil.milliseconds - now.milliseconds <= Self.longestValidity else {
      throw .says("is valid until \(validUntil), more than a year ahead; a year is the most that is accepted")
    }
  }

  /// 366 days, in milliseconds.
  private static let longestValidity: Int64 = 366 * 86_400_000
}

/// Why an authorisation does not count.
package enum AuthorisationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is no such file.
  case unreadable(line: Int, String)
  /// Nobody who is trusted signed exactly this.
  case signature
  case expired(at: WallTime)
  /// It is signed, but cannot be meant.
  case says(String)

  package var description: String {
    switch self {
    case .unreadable(let line, let what): "line \(line): \(what)"
    case .signature:
      "the signature is of none of the trusted keys, or the file was changed after it was signed; have it signed again"
    case .expired(let time): "expired at \(time); have a new one signed"
    case .says(let what): what
    }
  }
}
