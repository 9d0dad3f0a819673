package import FleetContract
package import Posture

/// One message of a gateway that was read and is worth storing.
package struct Arrival: Hashable, Sendable {
  package var gateway: GatewayID
  /// The record's number; `nil` for a Will and for what was cleared.
  package var seq: Int64?
  /// When it was made by the gateway's clock, and what that clock is worth.
  package var made: Origin?
  /// When it came, by this side's clock.
  package var received: WallTime
  package var content: Content

  package init(
    gateway: GatewayID, seq: Int64?, made: Origin?, received: WallTime, content: Content
  ) {
    self.gateway = gateway
    self.seq = seq
    self.made = made.map { $0.believed(at: received) }
    self.received = received
    self.content = content
  }

  package enum Content: Hashable, Sendable {
    case status(StatusBody)
    case posture(PostureSummary)
    case devices(DevicesBody)
    /// The gateway withdrew a part of its list.
    case devicesCleared(part: Int)
    case finding(FindingEvent, text: String)
    case dropped(DroppedEvent, text: String)
    /// What became of a command.
    case result(ResultBody, text: String)
    /// An event of a kind that is kept as it came.
    case event(kind: String, text: String)
    /// A state that is kept as it came: its latest text replaces the one before.
    case latest(name: String, text: String)
  }
}

extension Arrival {
  /// The moment a record was made, as its gateway knew it.
  package struct Origin: Hashable, Sendable {
    package var time: WallTime
    package var clockSynced: Bool
    package var bootID: String
    package var uptimeMilliseconds: Int64

    package init(time: WallTime, clockSynced: Bool, bootID: String, uptimeMilliseconds: Int64) {
      self.time = time
      self.clockSynced = clockSynced
      self.bootID = bootID
      self.uptimeMilliseconds = uptimeMilliseconds
    }

    /// A clock that calls itself right and is a day ahead, or further behind than a gateway keeps records for, is wrong.
    fileprivate func believed(at received: WallTime) -> Origin {
      let day: Int64 = 86_400_000
      let age = received.milliseconds - time.milliseconds
      var origin = self
      origin.clockSynced = clockSynced && (-day...366 * day).contains(age)
      return origin
    }
  }

  package init<Body>(_ envelope: Envelope<Body>, received: WallTime, _ content: Content) {
    self.init(
      gateway: envelope.gateway, seq: envelope.seq,
      made: Origin(
        time: envelope.time, clockSynced: envelope.clockSynced, bootID: envelope.bootID,
        uptimeMilliseconds: envelope.uptimeMilliseconds),
      received: received, content: content)
  }
}

/// One message that could not be read, kept so that somebody can find out why.
package struct SetAside: Hashable, Sendable {
  /// How much of a payload is kept.
  package static let payloadLimit = 4096

  package var reason: String
  package var detail: String
  package var topic: String
  /// The first 4 KiB.
  package var payload: [UInt8]
  /// The size of the whole payload in bytes.
  package var size: Int
  package var received: WallTime

  package init(reason: String, detail: String, topic: String, payload: [UInt8], received: WallTime) {
    self.reason = reason
    self.detail = detail
    self.topic = String(decoding: topic.utf8.prefix(1024), as: UTF8.self)
    self.payload = Array(payload.prefix(Self.payloadLimit))
    self.size = payload.count
    self.received = received
  }
}

/// What is stored in one transaction.
package struct Batch: Sendable {
  package var arrivals: [Arrival]
  package var setAside: [SetAside]

  package init(arrivals: [Arrival] = [], setAside: [SetAside] = []) {
    self.arrivals = arrivals
    self.setAside = setAside
  }

  package var isEmpty: Bool { arrivals.isEmpty && setAside.isEmpty }
}
