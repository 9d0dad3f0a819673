import FoundationEssentials

extension Envelope {
  /// The payload: compact JSON with sorted keys, so that equal messages are equal bytes.
  package func payload() throws(Rejection) -> [UInt8] {
    try encodePayload(self)
  }

  /// Reads a payload that came on a topic of `gateway`.
  package init(payload: some Collection<UInt8>, from gateway: GatewayID) throws(Rejection) {
    self = try decodePayload(Self.self, from: payload)
    guard self.gateway == gateway else {
      throw .foreignGateway(claimed: self.gateway.description)
    }
  }
}

/// Writes one message, or throws `tooLarge` where it must be split first.
package func encodePayload(_ message: some Encodable) throws(Rejection) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  let data: Data
  do {
    data = try encoder.encode(message)
  } catch {
    // Only a floating-point value that JSON has no notation for comes here.
    throw .field("a value that JSON cannot carry")
  }
  guard data.count <= PayloadBounds.maximumBytes else { throw .tooLarge(bytes: data.count) }
  return [UInt8](data)
}

/// Reads one message of a stranger.
func decodePayload<Message: Decodable>(
  _ type: Message.Type, from payload: some Collection<UInt8>
) throws(Rejection) -> Message {
  try PayloadBounds.check(payload)
  do {
    return try JSONDecoder().decode(Message.self, from: Data(payload))
  } catch let rejection as Rejection {
    throw rejection
  } catch let error as DecodingError {
    throw Rejection(error)
  } catch {
    throw .field("not readable")
  }
}

extension Rejection {
  /// Says which field is wrong, never what a stranger wrote in it.
  init(_ error: DecodingError) {
    func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath + (last.map { [$0] } ?? [])
      let text = keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return Self.excerpt(text.isEmpty ? "the message" : text)
    }
    switch error {
    case .keyNotFound(let key, let context): self = .field("\(path(context, key)) is missing")
    case .valueNotFound(_, let context): self = .field("\(path(context)) is null")
    case .typeMismatch(_, let context): self = .field("\(path(context)) has the wrong type")
    case .dataCorrupted(let context) where context.codingPath.isEmpty: self = .notJSON(at: nil)
    case .dataCorrupted(let context): self = .field("\(path(context)) has a value that is not allowed")
    @unknown default: self = .field("not readable")
    }
  }
}
