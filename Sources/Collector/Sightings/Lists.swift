package import Addresses
package import FleetContract
package import Posture

extension RecordFile<Sighting> {
  /// Reads what others saw: `time,address,transport,port`, and if they know it `protocol,tls,state,source`.
  ///
  /// `source` is for lines that name none. What was seen after `now` cannot be: a clock is wrong.
  package init(sightings bytes: [UInt8], source: String?, now: WallTime) {
    self.init(bytes, required: ["time", "address", "transport", "port"]) { (record) throws(RecordFault) in
      let transport = try record.required("transport", "tcp or udp") { Transport(rawValue: $0) }
      let number = try record.required("port", "a number from 1 to 65535") { UInt16(exactly: $0) }
      let state = try record.optional("state", "open, closed or silent") { Sighting.State(rawValue: $0) }
      let tls = try record.optional("tls", "true or false") { Bool($0) }
      let named = try record.optional("source", "a name of 1 to 64 letters, digits, '.', '_', '-'") {
        TopicName($0)?.description
      }
      guard let source = named ?? source else {
        throw RecordFault(
          line: record.line, field: "source", problem: "is missing; name it in the line or with --source")
      }
      return Sighting(
        address: try record.required("address", "an address", { IPAddress($0) }),
        port: Port(transport, number), state: state ?? .open,
        protocol: try record.optional("protocol", "a protocol's name") { ServiceProtocol(rawValue: $0) },
        tls: tls ?? false, time: try record.time("time", now: now), source: source)
    }
  }
}

extension RecordFile<Tenure> {
  /// Reads who had which address: `from,until,address,gateway`, and `ports` where several share it by ports.
  ///
  /// An `until` that is empty is not over. The gateway `shared` says that nobody can be told apart there.
  package init(tenures bytes: [UInt8], now: WallTime) {
    self.init(bytes, required: ["from", "until", "address", "gateway"]) { (record) throws(RecordFault) in
      let from = try record.time("from", now: now)
      // A lease may well end in the future.
      let until = try record.optional("until", Record.timeForm) { WallTime($0) }
      if let until, until <= from {
        throw RecordFault(line: record.line, field: "until", problem: "is not after 'from'")
      }
      let holder = try record.required("gateway", "'gw-' and 16 characters, or 'shared'") { text in
        text == "shared" ? Tenure.Holder.shared : GatewayID(text).map { .gateway($0) }
      }
      return Tenure(
        try record.required("address", "an address or ADDRESS/PREFIX", { AddressBlock($0) }),
        ports: try record.optional("ports", "a range as 1024-2047", Self.range), holder: holder, from: from,
        until: until, source: .lease)
    }
  }

  private static func range(_ text: String) -> ClosedRange<UInt16>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = UInt16(exactly: String(ends[0])),
      let last = UInt16(exactly: String(ends[1])), first <= last
    else { return nil }
    return first...last
  }
}

/// A line of a list of contacts.
package struct ContactLine: Hashable, Sendable {
  package var gateway: GatewayID
  /// email, webhook, letter or phone.
  package var channel: String
  package var recipient: String
  /// ja, easy-ja or en.
  package var language: String
}

extension RecordFile<ContactLine> {
  /// Reads how subscribers are reached: `gateway,channel,recipient`, and `language` if it is not `ja`.
  package init(contacts bytes: [UInt8]) {
    self.init(bytes, required: ["gateway", "channel", "recipient"]) { (record) throws(RecordFault) in
      let channel = try record.required("channel", "email, webhook, letter or phone") { word in
        ["email", "webhook", "letter", "phone"].contains(word) ? word : nil
      }
      let recipient = try record.required(
        "recipient", channel == "email" ? "a mail address" : "one line of at most 1000 bytes"
      ) { text in Self.recipient(text, by: channel) }
      let language = try record.optional("language", "ja, easy-ja or en") { word in
        ["ja", "easy-ja", "en"].contains(word) ? word : nil
      }
      return ContactLine(
        gateway: try record.required("gateway", "'gw-' and 16 characters") { GatewayID($0) },
        channel: channel,
        recipient: recipient, language: language ?? "ja")
    }
  }

  private static func recipient(_ text: String, by channel: String) -> String? {
    let isOneLine =
      text.utf8.count <= 1000 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    guard isOneLine else { return nil }
    if channel == "email" {
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      let isAddress =
        parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
        && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"<>()[],;:\\\"".utf8.contains($0) }
      return isAddress ? text : nil
    }
    // The lines of a postal address.
    return text.replacing(" | ", with: "\n")
  }
}

extension Record {
  static let timeForm = "a time in UTC as 2026-11-22T23:19:00Z"

  /// A moment that is over; a minute of it may be the difference between two clocks.
  func time(_ name: String, now: WallTime) throws(RecordFault) -> WallTime {
    let time = try required(name, Self.timeForm) { WallTime($0) }
    guard time.milliseconds <= now.milliseconds + 60_000 else {
      throw RecordFault(
        line: line, field: name, problem: "'\(time)' has not come yet; check the clock of its source")
    }
    return time
  }
}

extension UInt16 {
  /// Reads decimal digits alone, and no zero.
  fileprivate init?(exactly text: String) {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = UInt16(text), value > 0
    else { return nil }
    self = value
  }
}
