import COpenSSL

/// A call of libcrypto or libssl that failed, with the library's own reason.
package struct CryptoError: Error, Hashable, Sendable, CustomStringConvertible {
  package let call: String
  package let reason: String

  /// Takes the oldest error from the library's queue and empties it.
  init(_ call: String) {
    self.call = call
    let code = ERR_get_error()
    ERR_clear_error()
    if code == 0 {
      reason = "no reason given"
    } else {
      var buffer = [CChar](repeating: 0, count: 256)
      ERR_error_string_n(code, &buffer, buffer.count)
      reason = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  package init(_ call: String, reason: String) {
    self.call = call
    self.reason = reason
  }

  package var description: String { "\(call): \(reason)" }
}
