/// Why a policy, or a bundle of profiles, is not followed.
package struct PolicyRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The only part to compare.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    case oversized, malformed, version
    case unknownKey = "unknown-key"
    case badSignature = "bad-signature"
    case otherGroup = "other-group"
    /// A window of nothing or of a year, a speed beyond all bounds, a version of next week, a profile with a mistake.
    case outOfRange = "out-of-range"
    /// One that is as new, or newer, was accepted before.
    case replayed
  }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  package init(_ rejection: Rejection) {
    let code: Code =
      switch rejection {
      case .tooLarge: .oversized
      case .version: .version
      case .field(let what) where what.hasSuffix(Self.beyond): .outOfRange
      default: .malformed
      }
    self.init(code, rejection.description)
  }

  /// How ``PolicyDocument`` and ``ProfileBundle`` say of a member that nobody can mean it.
  static let beyond = "is out of range"
}
