package import Posture

/// Firmware profiles for the gateways of a group: what is signed, and sent as `_profiles/<group>`.
///
/// Its bytes are JSON `{v, group, version[, restores], profiles: [{id, yaml}]}`. As in a policy, a member that is not
/// known is no smaller matter: the bundle is refused.
///
/// The version always rises. To go back, an operator signs a bundle of a higher version that says with `restores` which
/// version it brings back, and holds its profiles: so a gateway that was away, or is new, has the same as all others.
/// `restores` 0 takes back everything that was ever sent, and holds none.
package struct ProfileBundle: Hashable, Sendable {
  /// One profile as its author wrote it.
  package struct Entry: Hashable, Sendable {
    /// The name of its file, without `.yaml`.
    package var id: String
    /// The text of the file, at most ``ProfileBundle/maximumText`` bytes.
    package var yaml: String

    package init(id: String, yaml: String) {
      self.id = id
      self.yaml = yaml
    }
  }

  /// The largest document: in base64, with its signature, it fits a payload of the contract (256 KiB).
  package static let maximumBytes = 192 * 1024 - 512
  package static let maximumProfiles = 256
  /// Bytes; several times the longest profile that we ship.
  package static let maximumText = 16 * 1024

  package var group: TopicName
  /// Rises; see ``first(on:)``.
  package var version: Int64
  /// Which version the operator goes back to; 0 for what came with the package, `nil` for a new one.
  package var restores: Int64?
  package var profiles: [Entry]

  package init(group: TopicName, version: Int64, restores: Int64? = nil, profiles: [Entry]) {
    self.group = group
    self.version = version
    self.restores = restores
    self.profiles = profiles
  }

  /// The first version of a day: year, month, day and two digits, as zones of DNS are numbered (RFC 1912, section 2.2).
  package static func first(on day: WallTime) -> Int64 {
    let digits = day.description.prefix { $0 != "T" }.filter(\.isNumber)
    return (Int64(digits) ?? 0) * 100 + 1
  }

  /// The bytes to sign; throws what a gateway would refuse.
  package func bytes() throws(Rejection) -> [UInt8] {
    let bytes = try encodePayload(self)
    _ = try Self(bytes: bytes)
    return bytes
  }

  /// Reads the bytes that were signed.
  package init(bytes: [UInt8]) throws(Rejection) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
    self = try decodePayload(Self.self, from: bytes)
  }
}

extension ProfileBundle: Codable {
  private static let names: Set<String> = ["v", "group", "version", "restores", "profiles"]

  package init(from decoder: any Decoder) throws {
    let object = try StrictObject(decoder, names: Self.names)
    let text = try object.required(String.self, "v")
    guard let readable = ContractVersion(text), readable.isReadable else {
      throw Rejection.version(found: Rejection.excerpt(text))
    }
    func check(_ isSound: Bool, _ name: String) throws {
      if !isSound { throw Rejection.field("\(name) \(PolicyRefusal.beyond)") }
    }
    group = try object.required(TopicName.self, "group")
    version = try object.required(Int64.self, "version")
    restores = try object.optional(Int64.self, "restores")
    profiles = try object.required([Entry].self, "profiles")
    try check((1...largestSequence).contains(version), "version")
    try check(restores.map { (0..<version).contains($0) } ?? true, "restores")
    try check(profiles.count <= Self.maximumProfiles, "the number of profiles")
    guard profiles.isEmpty == (restores == 0) else {
      throw Rejection.field("profiles are none, or do not go with 'restores' 0")
    }
    guard Set(profiles.map(\.id)).count == profiles.count else {
      throw Rejection.field("profiles has one id twice")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    try container.encode(ContractVersion.current, forKey: "v")
    try container.encode(group, forKey: "group")
    try container.encode(version, forKey: "version")
    try container.encodeIfPresent(restores, forKey: "restores")
    try container.encode(profiles, forKey: "profiles")
  }
}

extension ProfileBundle.Entry: Codable {
  package init(from decoder: any Decoder) throws {
    let object = try StrictObject(decoder, names: ["id", "yaml"])
    id = try object.required(String.self, "id")
    yaml = try object.required(String.self, "yaml")
    // It becomes part of what a person reads as a path.
    guard (1...64).contains(id.utf8.count),
      id.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
    else { throw Rejection.field("id is not lower-case letters, digits and '-'") }
    guard yaml.utf8.count <= ProfileBundle.maximumText else {
      throw Rejection.field("the length of yaml \(PolicyRefusal.beyond)")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    try container.encode(id, forKey: "id")
    try container.encode(yaml, forKey: "yaml")
  }
}
