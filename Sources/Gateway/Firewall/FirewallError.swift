/// Why the firewall was left as it was.
package struct FirewallError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The only part to compare.
  package enum Code: String, Hashable, Sendable, Codable, CaseIterable {
    case failed
    /// What was named is not there, or not any more.
    case notFound = "not_found"
    /// What was asked for cannot be meant, or is not for this gateway's safety.
    case refused
    /// Somebody else started it, or a privilege is missing.
    case permission
    /// A file of ours cannot be understood.
    case data
    /// The state directory cannot be used.
    case state
    /// nftables, or the helper, cannot be used as it is.
    case unavailable
  }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
