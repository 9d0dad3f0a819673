package import FleetContract
package import LinuxIO

/// The signed bundles of firmware profiles in a state directory: `profiles/group-<group>/<version>.json`.
///
/// A command leaves them there; the collector that runs has the broker keep the newest of each group, and can neither
/// make nor change one.
package struct ProfileShelf: Sendable {
  /// How many versions of a group are kept to go back to.
  package static let depth = 32

  private let folder: String
  /// A group may be called `..`.
  private static let prefix = "group-"

  package init(state: String) {
    folder = state + "/profiles"
  }

  /// The groups that something was signed for.
  package func groups() throws(SystemError) -> [TopicName] {
    guard Files.exists(folder) else { return [] }
    var groups: [TopicName] = []
    for name in try Files.names(in: folder, suffix: "") where name.hasPrefix(Self.prefix) {
      guard let group = TopicName(String(name.dropFirst(Self.prefix.count))),
        !(try versions(of: group)).isEmpty
      else { continue }
      groups.append(group)
    }
    return groups.sorted { $0.description < $1.description }
  }

  /// The versions that are kept for a group, the newest last.
  package func versions(of group: TopicName) throws(SystemError) -> [Int64] {
    let place = place(of: group)
    guard Files.exists(place) else { return [] }
    return try Files.names(in: place, suffix: ".json").compactMap { Int64($0.dropLast(5)) }.sorted()
  }

  private func place(of group: TopicName) -> String { "\(folder)/\(Self.prefix)\(group)" }

  /// The payload of one version.
  package func payload(_ version: Int64, of group: TopicName) throws(SystemError) -> [UInt8] {
    try Files.read("\(place(of: group))/\(version).json", limit: PayloadBounds.maximumBytes)
  }

  /// Keeps a payload, and forgets the oldest of its group where there are too many.
  package func put(_ payload: [UInt8], version: Int64, of group: TopicName) throws(SystemError) {
    try Files.createDirectory(folder, mode: 0o750)
    try Files.createDirectory(place(of: group), mode: 0o750)
    try Files.replace("\(place(of: group))/\(version).json", with: payload, mode: 0o640)
    for old in try versions(of: group).dropLast(Self.depth) {
      try Files.remove("\(place(of: group))/\(old).json")
    }
  }
}
