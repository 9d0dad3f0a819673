/// Why there is no broker of our own.
package struct PrivateBrokerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The only part to compare.
  package enum Code: Hashable, Sendable {
    /// mosquitto is not installed.
    case notInstalled
    case portInUse
    /// The address is not one of this machine's, or the port needs a privilege.
    case cannotListen
    case cannotWrite
    /// mosquitto ended before it listened.
    case endedAtOnce
  }

  package var code: Code
  package var description: String
}
