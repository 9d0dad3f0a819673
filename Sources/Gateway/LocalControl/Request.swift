/// What the command line can ask of a running agent: a closed list.
package enum Request: String, Hashable, Sendable, CaseIterable {
  /// What the agent knows, as a `status` document.
  case status
  /// The posture of each LAN as it is now, as a list of reports.
  case devices
  /// To begin anew with what is on disk now; the answer is empty.
  case reload
  /// To connect now, whatever it waits for; the answer is a `status` document.
  case connect
  /// To leave the fleet: say goodbye, erase the key and begin anew; the answer is empty.
  case leave
  /// A new code of pairing for the household's page, as a document.
  case pageCode = "page-code"
  /// To forget every browser that was paired with it; the answer is empty.
  case pageForget = "page-forget"

  /// Reads the line of a request; `nil` for any other.
  package init?(line: some Collection<UInt8>) {
    self.init(rawValue: String(decoding: line, as: UTF8.self))
  }
}
