package import Addresses
package import Cryptography
package import Posture

/// The browsers that were paired, each by the hash of its secret and by the device it runs on.
///
/// A cookie that another device sends, because it listened in on the way, opens nothing.
package struct PageSessions: Hashable, Sendable, Codable {
  package struct Entry: Hashable, Sendable, Codable {
    package var hash: String
    package var mac: MACAddress
    package var used: WallTime
  }

  /// Paired browsers at the same time; with one more, the one that was away longest goes.
  package static let limit = 8
  /// For how long a browser may stay away.
  package static let lifetimeMilliseconds: Int64 = 30 * 86_400_000
  /// How often it is noted that one was here.
  private static let dayMilliseconds: Int64 = 86_400_000

  package private(set) var entries: [Entry] = []

  package init() {}

  /// Takes a browser up and returns its secret, which is kept nowhere here.
  package mutating func begin(on mac: MACAddress, now: WallTime) throws(CryptoError) -> String {
    let secret = Hexadecimal.text(try Digest.random(32))
    let last = entries.sorted { $0.used > $1.used }.prefix(Self.limit - 1)
    entries = last + [Entry(hash: Self.hash(secret), mac: mac, used: now)]
    return secret
  }

  package enum Answer: Hashable, Sendable {
    case unknown
    case known
    /// It is to be written down that it was here.
    case seen
  }

  /// Whether a secret is one of a paired browser on that device; a clock that nobody has set ends nothing.
  package mutating func look(
    _ secret: String?, on mac: MACAddress, now: WallTime, isClockSet: Bool
  ) -> Answer {
    guard let hash = secret.map(Self.hash), let index = entries.firstIndex(where: { $0.hash == hash }),
      entries[index].mac == mac
    else { return .unknown }
    guard isClockSet else { return .known }
    let age = now.milliseconds - entries[index].used.milliseconds
    guard age <= Self.lifetimeMilliseconds else { return .unknown }
    guard abs(age) >= Self.dayMilliseconds else { return .known }
    entries[index].used = now
    return .seen
  }

  /// Forgets a browser.
  package mutating func end(_ secret: String) {
    let hash = Self.hash(secret)
    entries.removeAll { $0.hash == hash }
  }

  /// What the forms of a page hold that was made for the owner of a secret, and no other page can know.
  package static func formToken(_ secret: String) -> String {
    String(Hexadecimal.text(Digest.sha256(Array(("form " + secret).utf8))).prefix(32))
  }

  private static func hash(_ secret: String) -> String {
    Hexadecimal.text(Digest.sha256(Array(secret.utf8.prefix(128))))
  }
}
