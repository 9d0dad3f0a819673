import Posture

extension Handshake {
  /// Sends CONNECT without user or password (MQTT 3.1.1, section 3.1); a CONNACK is an MQTT broker.
  static let mqtt = Handshake("mqtt", ports: [1883, 8883]) { _ in
    let client = Array("kadomori-check".utf8)
    let body: [UInt8] = [0, 4] + Array("MQTT".utf8) + [4, 0x02, 0, 10, 0, UInt8(client.count)] + client
    return [0x10, UInt8(body.count)] + body
  } read: { bytes, ended in
    guard bytes.first == 0x20 || bytes.isEmpty else { return .no }
    guard bytes.count >= 4 else { return ended ? .no : .more }
    guard bytes[1] == 2, bytes[2] <= 1, bytes[3] <= 5 else { return .no }
    // Return codes of CONNACK, section 3.2.2.3: 0 accepted, 4 and 5 want credentials.
    let access: [ServiceFact: String] =
      switch bytes[3] {
      case 0: [.anonymous: "open"]
      case 4, 5: [.anonymous: "refused"]
      default: [:]
      }
    return .identified(Identification(.mqtt, facts: access))
  }
}
