import Addresses
package import Posture

/// How results are written.
package enum ResultFormat: String, Hashable, Sendable, CaseIterable {
  /// One JSON document a line.
  case json
  /// RFC 4180, with a heading.
  case csv
  /// Six octets for each open port of TCP and IPv4: address and port, the most significant octet first, as zmap's coverage
  /// tests read them.
  case binary

  /// What comes before the first result.
  package var heading: String { self == .csv ? "address,port,transport,state,by,hops,try,time,asked\n" : "" }

  /// Appends one result.
  package func write(_ sighting: Sighting, at time: WallTime, to output: inout [UInt8]) {
    switch self {
    case .json:
      var text = "{\"address\":\"\(sighting.address)\","
      if sighting.transport != .icmp { text += "\"port\":\(sighting.port)," }
      text += "\"transport\":\"\(sighting.transport.rawValue)\",\"state\":\"\(sighting.state.rawValue)\","
      if let question = sighting.question { text += "\"asked\":\"\(question.name)\"," }
      if sighting.isUnproven { text += "\"unproven\":true," }
      if let by = sighting.by { text += "\"by\":\"\(by)\"," }
      if let prefix = sighting.customerPrefix { text += "\"customer_prefix\":\(prefix)," }
      if let hops = sighting.hops { text += "\"hops\":\(hops)," }
      text += "\"try\":\(sighting.attempt),\"time\":\"\(time)\"}\n"
      output += text.utf8
    case .csv:
      let words = [
        "\(sighting.address)", sighting.transport == .icmp ? "" : "\(sighting.port)",
        sighting.transport.rawValue, sighting.state.rawValue, sighting.by.map { "\($0)" } ?? "",
        sighting.hops.map { "\($0)" } ?? "", "\(sighting.attempt)", "\(time)", sighting.question?.name ?? "",
      ]
      output += (words.joined(separator: ",") + "\n").utf8
    case .binary:
      if sighting.state == .open, sighting.transport == .tcp {
        Self.write(sighting.address.octets, sighting.port, to: &output)
      }
    }
  }

  /// Appends the record of six octets; of IPv6 there is none.
  package static func write(_ octets: [UInt8], _ port: UInt16, to output: inout [UInt8]) {
    guard octets.count == 4 else { return }
    output += octets
    output += [UInt8(port >> 8), UInt8(port & 255)]
  }
}
