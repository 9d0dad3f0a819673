/// Why a message is set aside instead of being read.
package enum Rejection: Error, Hashable, Sendable {
  /// The payload is larger than the contract allows.
  case tooLarge(bytes: Int)
  /// Arrays and objects are nested deeper than any message of the contract.
  case tooDeep
  /// The bytes are not one JSON object, or a number in it is out of range; `nil` where no byte can be named.
  case notJSON(at: Int?)
  /// The major version is not ours; `found` is the text of `v`, shortened.
  case version(found: String)
  /// The envelope names another gateway than the topic it came on.
  case foreignGateway(claimed: String)
  /// The envelope's `kind` does not belong on its topic.
  case kind(expected: String, found: String)
  /// A field is missing or has a value the contract does not allow.
  case field(String)
  /// The topic is none of the contract, or none its sender may write.
  case topic

  /// The reason as one word, for counting.
  package var code: String {
    switch self {
    case .tooLarge: "too-large"
    case .tooDeep: "too-deep"
    case .notJSON: "not-json"
    case .version: "version"
    case .foreignGateway: "foreign-gateway"
    case .kind: "kind"
    case .field: "field"
    case .topic: "topic"
    }
  }
}

extension Rejection: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooLarge(let bytes): "\(bytes) bytes, more than the \(PayloadBounds.maximumBytes) allowed"
    case .tooDeep: "nested deeper than \(PayloadBounds.maximumDepth) levels"
    case .notJSON(let offset?): "not one JSON object (at byte \(offset))"
    case .notJSON(nil): "not valid JSON, or a number that is out of range"
    case .version(let found): "version '\(found)', and \(ContractVersion.current) is what is understood here"
    case .foreignGateway(let claimed): "the envelope says gateway '\(claimed)', the topic another"
    case .kind(let expected, let found): "kind '\(found)' where '\(expected)' belongs"
    case .field(let what): what
    case .topic: "no topic of the contract, or not the sender's to write"
    }
  }

  /// The text of a stranger, short enough to keep in a reason.
  static func excerpt(_ text: String) -> String { String(decoding: text.utf8.prefix(64), as: UTF8.self) }
}
