import Cryptography
package import Posture

/// The number by which a household tells a real notice from a fake: the page of its gateway shows the same.
///
/// It is worked out, not kept: whoever has the key gets the same for every channel of a notice, however often it is
/// sent. Eight digits: one who writes to a million households, and makes a number up for each, meets a page that shows
/// it once in a hundred of such waves.
package struct NoticeCode: Hashable, Sendable {
  /// Eight digits.
  package var digits: String
  /// By what the gateway knows the notice again when it is told that all is well; says nothing about it.
  package var note: String

  private static let codes: UInt64 = 100_000_000

  /// `detected` is when the finding came: when it comes back, the notice is another one.
  package init(of finding: String, since detected: WallTime, at gateway: String, key: [UInt8]) {
    // Neither the first part nor the last can hold a line's end, so no two notices are written alike.
    let hash = Digest.hmacSHA256(
      Array("notice\n\(gateway)\n\(finding)\n\(detected.milliseconds)".utf8), key: key)
    // 2^64 is so much more than 10^8 that no code is noticeably likelier than another.
    let number = hash[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % Self.codes
    let text = String(number)
    digits = String(repeating: "0", count: 8 - text.utf8.count) + text
    note = "n-" + Hexadecimal.text(Array(hash[8..<16]))
  }
}
