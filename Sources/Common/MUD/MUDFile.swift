// Reads what a maker says a device needs (RFC 8520).
package import Addresses
package import Posture

/// What a maker says of one kind of device in a MUD file: what it is, and which of its ports others use.
package struct MUDFile: Sendable {
  package var url: MUDURL
  package var lastUpdate: WallTime
  /// For how many hours the file holds, 1 to 168 (RFC 8520, section 3.5); told, not acted on, as nothing is fetched.
  package var cacheValidity: Int
  /// Whether the maker still repairs the device (RFC 8520, section 3.6).
  package var isSupported: Bool
  /// What the device is, in the maker's words (RFC 8520, section 3.7).
  package var systemInfo: String?
  package var manufacturer: String?
  package var model: String?
  /// Whether the file says at all what may be sent to the device.
  package var describesIncoming: Bool
  /// What others may reach on the device, in the order of ports.
  package var openings: [Opening]
}

extension MUDFile {
  /// Whether a service on `port` is needed inside the house, by the maker's word.
  ///
  /// Yes where the file names the port and lets somebody in the house use it; no where nothing it allows reaches the
  /// port. Unknown where only the Internet may reach it, where it is allowed without being named, and where the file
  /// says nothing of what comes in. A word of a maker never speaks a port free for the whole Internet.
  package func need(of port: Port) -> Need {
    let fitting = openings.filter { $0.covers(port) }
    if fitting.contains(where: { $0.isNamed && $0.isFromHouse }) { return .yes }
    return fitting.isEmpty && describesIncoming ? .no : .unknown
  }
}

/// What bounds a MUD file: real ones have up to a few hundred entries in four lists.
enum MUDLimits {
  static let bytes = 256 * 1024
  static let lists = 64
  /// In all lists together.
  static let entries = 1000
  /// Entries that refuse: each may cut every later one in two.
  static let refusals = 64
  static let openings = 8192
  /// Levels of JSON; a file needs eleven.
  static let depth = 24
  /// The longest text that is kept, in Unicode scalars.
  static let text = 200
}
