import Glibc

/// A system call that failed: which, on what, and why.
package struct SystemError: Error, Hashable, Sendable {
  /// The `errno` value.
  package let code: CInt
  /// The call, as its manual page names it.
  package let call: String
  /// What the call was about: a path, an interface, an address.
  package let subject: String

  package init(_ code: CInt, _ call: String, _ subject: String) {
    self.code = code
    self.call = call
    self.subject = subject
  }

  /// Why, in the C library's words (strerror(3)).
  package var reason: String { String(cString: strerror(code)) }

  /// Whether somebody else holds what was asked for.
  package var isInUse: Bool { code == EADDRINUSE }

  /// Whether a missing privilege is the cause.
  package var isPermission: Bool { code == EPERM || code == EACCES }
}

extension SystemError: CustomStringConvertible {
  package var description: String { "\(subject): \(call) failed: \(reason)" }
}

/// Repeats a system call while signals interrupt it.
///
/// - Returns: what the call returned, never negative.
/// - Throws: a ``SystemError`` with the `errno` the call left.
@discardableResult
package func system<Result: SignedInteger>(
  _ call: String, _ subject: String, _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    if errno != EINTR { throw SystemError(errno, call, subject) }
  }
}
