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

  /// Reads the line of a request; `nil` for any other.
  package init?(line: some Collection<UInt8>) {
    self.init(rawValue: String(decoding: line, as: UTF8.self))
  }
}
