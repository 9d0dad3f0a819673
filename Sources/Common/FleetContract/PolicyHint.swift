import Addresses

/// How a gateway that is not connected hears of a newer policy: one datagram there, one back (UDP).
///
/// The question is `kadomori-hint/1 <group>`, filled with zeros to ``requestBytes``. The answer is a ``SignedPolicy`` and
/// never longer, so whoever forges the sender of a question gains nothing by it. Nothing in it says who asks.
package enum PolicyHint {
  /// The length of every question, and the most that an answer has.
  package static let requestBytes = 640
  private static let greeting = Array("kadomori-hint/1 ".utf8)

  /// The question for a group.
  package static func request(for group: TopicName) -> [UInt8] {
    let text = greeting + Array(group.description.utf8)
    return text + [UInt8](repeating: 0, count: requestBytes - text.count)
  }

  /// The group that is asked for; `nil` for what is no question.
  package static func group(of request: [UInt8]) -> TopicName? {
    guard request.count == requestBytes, request.starts(with: greeting) else { return nil }
    let rest = request.dropFirst(greeting.count)
    let name = rest.prefix { $0 != 0 }
    guard rest.dropFirst(name.count).allSatisfy({ $0 == 0 }) else { return nil }
    return TopicName(String(decoding: name, as: UTF8.self))
  }

  /// A host and a port, `collector.example:8444` or `[2001:db8::1]:8444`.
  package struct Place: Hashable, Sendable, LosslessStringConvertible {
    package let host: String
    package let port: UInt16

    package init?(_ text: String) {
      guard text.utf8.count <= 72, let colon = text.lastIndex(of: ":"),
        let port = UInt16(text[text.index(after: colon)...]), port > 0,
        String(port) == text[text.index(after: colon)...]
      else { return nil }
      var host = text[..<colon]
      let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
      if isBracketed { host = host.dropFirst().dropLast() }
      // One form for each place, or what is read would not be what is written.
      guard host.contains(":") == isBracketed else { return nil }
      let isName = host.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || [0x2d, 0x2e, 0x3a].contains($0)
      }
      guard !host.isEmpty, isName else { return nil }
      self.host = String(host)
      self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  }
}

extension PolicyHint.Place: CodableByDescription {}
