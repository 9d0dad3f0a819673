import Posture

extension Handshake {
  /// Asks for a session of one second, the hello of the protocol (FieldComm FCG TS20085, HART-IP,
  /// section 10: version 1, type 0 request, identifier 0 session initiate).
  static let hartIP = Handshake("hart-ip", ports: [5094]) { _ in
    HARTIP.sessionRequest
  } read: {
    $0.count < 8 && !$1 ? .more : HARTIP.read($0)
  }
}

extension DatagramProbe {
  static let hartIP = DatagramProbe("hart-ip", port: 5094) { _ in
    HARTIP.sessionRequest
  } read: {
    HARTIP.read($0)
  }
}

/// Writes and reads the session request of HART-IP.
enum HARTIP {
  private static let sequence: [UInt8] = [0x4b, 0x64]

  /// The header, 13 octets in all; then master type 1 (primary) and the inactivity timer in milliseconds.
  static let sessionRequest: [UInt8] = [1, 0, 0, 0] + sequence + [0, 13, 1] + UInt32(1000).octets

  /// A response (type 1), or an error (15), to our sequence number.
  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.count >= 8, bytes[0] <= 2, bytes[0] >= 1, bytes[1] == 1 || bytes[1] == 15, bytes[2] == 0,
      bytes[4...5].elementsEqual(sequence), Int(bytes[6]) << 8 | Int(bytes[7]) == bytes.count
    else { return .no }
    return .identified(Identification(.hartIP))
  }
}
