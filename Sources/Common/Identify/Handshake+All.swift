extension Handshake {
  /// Every TCP handshake there is.
  package static let all: [Handshake] = [
    .http, .rtsp, .mqtt,
  ]

  package static func named(_ name: String) -> Handshake? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension DatagramProbe {
  /// Every UDP probe there is.
  package static let all: [DatagramProbe] = [
    .dns
  ]
}
