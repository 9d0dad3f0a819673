package import Addresses
package import Posture

/// A session at the broker that began or ended, as the broker says: never the client.
package enum BrokerSession: Hashable, Sendable {
  case began(client: String, IPAddress, at: WallTime)
  case ended(client: String, at: WallTime)
  /// The broker is gone, and every session with it.
  case allEnded(at: WallTime)

  /// Reads a line of mosquitto 2.0's connection messages; `nil` for every other.
  init?(_ line: Substring, at time: WallTime) {
    // The time stands before the words: "1764201600: ".
    var text = line
    if let colon = text.firstIndex(of: ":"), text[..<colon].allSatisfy(\.isNumber) {
      text = text[text.index(after: colon)...].drop { $0 == " " }
    }
    if text.hasPrefix(Self.arrival) {
      let words = text.dropFirst(Self.arrival.count).split(separator: " ", maxSplits: 3)
      // ADDRESS:PORT as CLIENT (p5, ...); an address of version 6 has no brackets there.
      guard words.count >= 3, words[1] == "as", let colon = words[0].lastIndex(of: ":"),
        let address = IPAddress(String(words[0][..<colon]))
      else { return nil }
      self = .began(client: String(words[2]), address, at: time)
    } else if text.hasPrefix("Client ") {
      let words = text.dropFirst("Client ".count).split(separator: " ", maxSplits: 1)
      guard words.count == 2, Self.farewells.contains(where: { words[1].hasPrefix($0) }) else { return nil }
      self = .ended(client: String(words[0]), at: time)
    } else {
      return nil
    }
  }

  private static let arrival = "New client connected from "
  /// What follows the client's name; a session that is taken over ends without one.
  private static let farewells = [
    "disconnected", "closed its connection", "has exceeded timeout", "been disconnected",
  ]
}
