import Firewall
import FoundationEssentials
import LocalControl

extension FuzzTarget {
  /// A line of whoever may ask the firewall's helper, or the agent; and what the one notes for the other.
  static func firewall(_ bytes: [UInt8]) {
    _ = Request(line: bytes)
    _ = ClosingHistory.changes(in: bytes)
    guard let request = FirewallRequest(line: bytes) else { return }
    guard let text = try? JSONEncoder().encode(request), let again = FirewallRequest(line: text) else {
      preconditionFailure("a request cannot be written")
    }
    precondition(again == request, "a request changes when written")
  }
}
