import FleetContract
package import FleetStore
package import MQTTClient
package import Posture

/// What is to be done with a message.
package enum Judgement: Hashable, Sendable {
  case store(Arrival)
  case setAside(SetAside)
  /// Nothing: not for a collector's store.
  case pass
}

extension Judgement {
  /// Reads one message of the broker; whatever cannot be read is set aside with its reason.
  ///
  /// `decodesAll` has the decoder read also what needs none, which is slower and comes to the same.
  package init(_ message: MQTTReceived, received: WallTime, decodesAll: Bool = false) {
    do throws(Rejection) {
      guard let topic = Topic(message.topic) else { throw .topic }
      guard case .gateway(let gateway, let channel) = topic, channel.delivery.author == .gateway else {
        self = .pass
        return
      }
      let reader = MessageReader(
        gateway: gateway, payload: message.payload, received: received, decodesAll: decodesAll)
      self = try reader.read(channel)
    } catch {
      self = .setAside(
        SetAside(
          reason: error.code, detail: error.description, topic: message.topic, payload: message.payload,
          received: received))
    }
  }
}

/// Reads one payload of one gateway.
struct MessageReader {
  var gateway: GatewayID
  var payload: [UInt8]
  var received: WallTime
  var decodesAll = false

  func read(_ channel: Channel) throws(Rejection) -> Judgement {
    if payload.isEmpty, channel.delivery.retained { return cleared(channel) }
    switch channel {
    case .status: return .store(try arrival(StatusBody.self) { .status($0) })
    case .posture:
      if let plain = plain?.posture() { return .store(plain) }
      return .store(try arrival(PostureSummary.self) { .posture($0) })
    case .devices(let part):
      let envelope = try Envelope<DevicesBody>(payload: payload, from: gateway)
      guard envelope.body.part == part else { throw .field("body.part is not the part of its topic") }
      return .store(Arrival(envelope, received: received, .devices(envelope.body)))
    case .exposures: return .store(try latest("exposures", kind: "exposures"))
    case .event(.finding):
      if let plain = plain?.finding() { return .store(plain) }
      return .store(try numbered(FindingEvent.self) { .finding($0, text: text) })
    case .event(.dropped):
      return .store(try numbered(DroppedEvent.self) { .dropped($0, text: text) })
    case .event(let type):
      if let plain = plain?.event(type) { return .store(plain) }
      let arrival = try numbered(UninterpretedBody.self) { _ in
        .event(kind: type.description, text: text)
      }
      return .store(arrival)
    case .result(let id):
      return .store(try result(of: id))
    case .metrics(let group): return .store(try latest("met/\(group)", kind: nil))
    case .ack, .note, .command: return .pass
    }
  }

  /// The way of most messages; what it does not know goes the long way, and so does what is wrong.
  private var plain: PlainMessage? {
    decodesAll ? nil : PlainMessage(gateway: gateway, payload: payload, received: received)
  }

  private var text: String { String(decoding: payload, as: UTF8.self) }

  /// An empty retained message withdraws what was there.
  private func cleared(_ channel: Channel) -> Judgement {
    guard case .devices(let part) = channel else { return .pass }
    return .store(
      Arrival(gateway: gateway, seq: nil, made: nil, received: received, content: .devicesCleared(part: part))
    )
  }

  private func arrival<Body: MessageBody>(
    _ type: Body.Type, _ content: (Body) -> Arrival.Content
  ) throws(Rejection) -> Arrival {
    let envelope = try Envelope<Body>(payload: payload, from: gateway)
    return Arrival(envelope, received: received, content(envelope.body))
  }

  /// Reads an event, which has a number or could not be stored once.
  private func numbered<Body: MessageBody>(
    _ type: Body.Type, _ content: (Body) -> Arrival.Content
  ) throws(Rejection) -> Arrival {
    let arrival = try arrival(type, content)
    guard arrival.seq != nil else { throw .field("seq is missing") }
    return arrival
  }

  /// Reads what became of the command of the topic.
  private func result(of id: TopicName) throws(Rejection) -> Arrival {
    let arrival = try numbered(ResultBody.self) { .result($0, text: text) }
    guard case .result(let body, _) = arrival.content, body.command == id else {
      throw .field("body.command is not the command of its topic")
    }
    return arrival
  }

  private func latest(_ name: String, kind: String?) throws(Rejection) -> Arrival {
    let envelope = try Envelope<UninterpretedBody>(payload: payload, from: gateway)
    if let kind, envelope.kind != kind { throw .kind(expected: kind, found: envelope.kind) }
    return Arrival(envelope, received: received, .latest(name: name, text: text))
  }
}
