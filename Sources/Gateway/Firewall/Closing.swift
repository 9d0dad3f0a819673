import Addresses
package import Posture

/// A port that is kept closed now.
package struct Closing: Hashable, Sendable, Codable {
  /// How long it holds.
  package enum Hold: String, Hashable, Sendable, Codable {
    /// On trial: the kernel opens it again unless whoever closed it confirms.
    case trial
    /// Until it is undone.
    case confirmed
  }

  /// As the plan names it: `cl-` and eight characters.
  package var id: String
  package var target: ClosingTarget
  package var hold: Hold
  /// The plan it comes from.
  package var plan: String
  /// Who closed it: the user's number, and that of whom they logged in as; or the keys of operators.
  package var initiator: String
  /// Why, in words of the plan's closed list; absent where that is not known.
  package var reasons: [String]?
  /// Time until the kernel opens it if nothing happens, in seconds; absent where it does not.
  package var seconds: Int?
  /// New connections kept out since the kernel was last told, which is daily at least; in packets.
  package var dropped: Int?

  package init(
    id: String, target: ClosingTarget, hold: Hold, plan: String, initiator: String,
    reasons: [String]? = nil, seconds: Int?, dropped: Int? = nil
  ) {
    self.id = id
    self.target = target
    self.hold = hold
    self.plan = plan
    self.initiator = initiator
    self.reasons = reasons
    self.seconds = seconds
    self.dropped = dropped
  }

  private enum CodingKeys: String, CodingKey {
    case id, target, hold, plan, initiator, reasons
    case seconds = "left_s"
    case dropped = "kept_out"
  }
}

extension Closing {
  /// What the kernel keeps beside the element, so that nobody else has to remember it: 128 bytes at most.
  var mark: String { "\(hold == .trial ? "trial" : "kept") \(id) \(plan) \(initiator)" }

  /// Reads a mark of ours; `nil` for an element that somebody else put there.
  init?(mark: String, target: ClosingTarget, seconds: Int?, dropped: Int?) {
    let words = mark.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 4, let hold: Hold = ["trial": .trial, "kept": .confirmed][words[0]] else {
      return nil
    }
    self.init(
      id: words[1], target: target, hold: hold, plan: words[2], initiator: words[3], seconds: seconds,
      dropped: dropped)
  }

  /// Whether a name can be part of a mark: as `cl-abcd2345` and `plan-abcd2345`.
  static func isName(_ text: String, prefix: String) -> Bool {
    text.hasPrefix(prefix) && (prefix.utf8.count + 1...32).contains(text.utf8.count)
      && text.dropFirst(prefix.count).utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7a).contains($0)
      }
  }

  /// Whether these can be the reasons of a plan: as `from_internet`.
  static func areWords(_ reasons: [String]) -> Bool {
    reasons.count <= 32
      && reasons.allSatisfy { word in
        (1...64).contains(word.utf8.count)
          && word.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
      }
  }
}

extension ClosingTarget {
  /// Why this is never closed, whoever asks; `nil` where it can be.
  ///
  /// What the gateway serves its LAN, and what it needs to have an address at all.
  package var veto: String? {
    switch (side, place, port.transport, port.number) {
    case (.lan, .device, _, _):
      "devices of one LAN reach each other without passing the gateway; only a network of its own for the device helps"
    case (.lan, _, _, 53): "without DNS from its gateway nothing in the LAN works"
    case (.lan, _, .udp, 67), (.lan, _, .udp, 547): "without DHCP no device in the LAN gets an address"
    case (.wan, .gateway, .udp, 68), (.wan, .gateway, .udp, 546):
      "the gateway gets its own address by it (DHCP)"
    default: nil
    }
  }
}
