import FoundationEssentials

/// A signature as text: base 64 with padding (RFC 4648, section 4).
package enum SignatureText {
  package static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
  package static func bytes(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { [UInt8]($0) } }
}
