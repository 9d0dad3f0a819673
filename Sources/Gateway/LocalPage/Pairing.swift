package import Addresses
package import Cryptography

/// The code by which a browser proves that somebody at the gateway trusts it.
///
/// A code of eight digits is good for one browser and ten minutes, and is kept as a keyed hash. Five wrong ones lock an
/// address out for a quarter of an hour, twenty from anywhere end the code: whoever guesses finds one in five million.
package struct Pairing: Sendable {
  package enum Outcome: Hashable, Sendable {
    /// The code is used up by this.
    case right
    case wrong
    /// Nothing was looked at; how long to wait.
    case locked(Duration)
    /// There is no code, or not any more.
    case none
  }

  package static let lifetime: Duration = .seconds(600)
  package static let lock: Duration = .seconds(900)
  /// Wrong codes of one address.
  package static let addressLimit = 5
  /// Wrong codes in all.
  package static let limit = 20
  /// Addresses that are remembered; where there are more, the one that was wrong longest ago is forgotten.
  package static let addressCount = 64
  private static let codes: UInt32 = 100_000_000

  private struct Failures {
    var count: Int
    var last: Duration
  }

  private let key: [UInt8]
  private var hash: [UInt8]?
  private var made: Duration = .zero
  private var wrong = 0
  private var failures: [IPAddress: Failures] = [:]

  package init() throws(CryptoError) {
    key = try Digest.random(32)
  }

  /// Makes a new code, which ends the one before.
  package mutating func makeCode(now: Duration) throws(CryptoError) -> String {
    var number: UInt32
    repeat {
      number = try Digest.random(4).reduce(0) { $0 << 8 | UInt32($1) }
      // The rest would make some codes likelier than others.
    } while number >= UInt32.max / Self.codes * Self.codes
    let digits = String(number % Self.codes)
    let code = String(repeating: "0", count: 8 - digits.utf8.count) + digits
    (hash, made, wrong) = (Digest.hmacSHA256(Array(code.utf8), key: key), now, 0)
    return code
  }

  /// Tries a code; blanks and hyphens in it do not count.
  package mutating func attempt(_ text: String, from address: IPAddress, now: Duration) -> Outcome {
    if let known = failures[address] {
      let rest = known.last + Self.lock - now
      if rest <= .zero {
        failures[address] = nil
      } else if known.count >= Self.addressLimit {
        return .locked(rest)
      }
    }
    guard let hash, now - made < Self.lifetime, wrong < Self.limit else {
      self.hash = nil
      return .none
    }
    let given = text.utf8.filter { $0 != 0x20 && $0 != 0x2d }.prefix(64)
    if PasswordHash.isEqual(Digest.hmacSHA256(Array(given), key: key), hash) {
      self.hash = nil
      failures[address] = nil
      return .right
    }
    wrong += 1
    if failures.count >= Self.addressCount, failures[address] == nil,
      let oldest = failures.min(by: { $0.value.last < $1.value.last })
    {
      failures[oldest.key] = nil
    }
    failures[address] = Failures(count: (failures[address]?.count ?? 0) + 1, last: now)
    return .wrong
  }
}
