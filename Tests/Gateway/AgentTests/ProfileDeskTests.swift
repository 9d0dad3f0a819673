import Cryptography
import FleetContract
import Foundation
import LinuxIO
import Profiles
import Testing
import Wording

@testable import Agent

/// What an agent takes for a bundle of profiles, keeps, goes back from, and refuses, also over a restart.
@Suite struct ProfileDeskTests {
  private static let profile = """
    id: radio
    role: device
    title: {ja: ラジオ, en: Radio}
    kind: speaker
    recognise:
      - confidence: 0.8
        service: {protocol: http, server: {contains: Radio}}
    advice: {ja: 更新してください。, en: Update it.}
    sources: [RFC 9110]

    """

  private final class Desk {
    let desk: ProfileDesk
    private(set) var notes: [String] = []
    private(set) var sets: [ProfileSet] = []

    init(_ paths: Paths, group: TopicName) {
      let box = Box()
      desk = ProfileDesk(group: group, paths: paths) { box.told($0.text) }
      box.told = { [weak self] in self?.notes.append($0) }
      desk.changed = { [weak self] in self?.sets.append($0) }
    }

    private final class Box { var told: (String) -> Void = { _ in } }
  }

  private let paths: Paths
  private let key: SigningKey
  private let group: TopicName

  init() throws {
    let state =
      FileManager.default.temporaryDirectory.path + "/kadomori-bundle-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: state + "/shipped", withIntermediateDirectories: true)
    var paths = Paths()
    paths.state = state
    paths.shippedProfiles = state + "/shipped"
    paths.localProfiles = state + "/local"
    self.paths = paths
    key = try SigningKey()
    group = try #require(TopicName("area-1"))
    try Self.profile.replacing("Radio", with: "Shipped").write(
      toFile: state + "/shipped/radio.yaml", atomically: false, encoding: .utf8)
    try allow([key])
  }

  private func allow(_ keys: [SigningKey]) throws {
    let operators = try keys.map { try #require(OperatorKey(publicKey: $0.publicKey, use: .profiles)) }
    try Files.replace(paths.operatorKeys, with: Array(JSONEncoder().encode(operators)), mode: 0o600)
  }

  private func payload(
    _ version: Int64, restores: Int64? = nil, _ text: String = profile, by key: SigningKey? = nil
  ) throws -> [UInt8] {
    let bytes = try ProfileBundle(
      group: group, version: version, restores: restores,
      profiles: restores == 0 ? [] : [.init(id: "radio", yaml: text)]
    ).bytes()
    let key = key ?? self.key
    return try SignedProfiles(
      bytes: bytes,
      signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
    ).payload()
  }

  /// What the radio is called by the profiles that count, as a program that starts now reads them.
  private func title() -> String? {
    let (set, _) = ProfileSet.load(
      shipped: paths.shippedProfiles, delivered: ProfileBundles(paths).files, local: paths.localProfiles)
    return set["radio"]?.title.en
  }

  @Test func `what is accepted counts at once, and after a restart`() throws {
    let desk = Desk(paths, group: group)
    #expect(title() == "Shipped")
    desk.desk.heard(try payload(10))
    #expect(desk.sets.map { $0["radio"]?.title.en } == ["Radio"] && desk.desk.problem == nil)
    #expect(title() == "Radio")
    #expect(try Files.mode(paths.profileBundle) & 0o777 == 0o600)
    // It comes again with every connection.
    desk.desk.heard(try payload(10))
    Desk(paths, group: group).desk.heard(try payload(10))
    #expect(desk.sets.count == 1 && desk.notes.count == 1)
    // The site's own profile stays on top.
    try FileManager.default.createDirectory(atPath: paths.localProfiles, withIntermediateDirectories: true)
    try Self.profile.replacing("Radio", with: "Mine").write(
      toFile: paths.localProfiles + "/radio.yaml", atomically: false, encoding: .utf8)
    #expect(title() == "Mine")
  }

  @Test func `forged, older, broken and foreign bundles change nothing, and leave a line`() throws {
    let desk = Desk(paths, group: group)
    desk.desk.heard(try payload(10))
    let cases: [([UInt8], String)] = [
      (try payload(9), "replayed"), (try payload(11, by: try SigningKey()), "unknown-key"),
      (try payload(11, Self.profile.replacing("speaker", with: "spaeker")), "out-of-range"),
      (Array("{".utf8), "malformed"), ([UInt8](repeating: 0x20, count: 300_000), "oversized"),
    ]
    for (bytes, code) in cases {
      desk.desk.heard(bytes)
      #expect(desk.notes.last?.contains("(\(code))") == true, "\(desk.notes.last ?? "")")
      #expect(desk.desk.problem == desk.notes.last)
    }
    #expect(desk.sets.count == 1 && title() == "Radio")
    for _ in 0..<200 { desk.desk.heard(Array("{".utf8)) }
    #expect(desk.notes.count < 50)
  }

  @Test func `an operator goes back by a signed step, and the owner by a word that a newer version ends`()
    throws
  {
    let desk = Desk(paths, group: group)
    desk.desk.heard(try payload(10))
    desk.desk.heard(try payload(11, Self.profile.replacing("Radio", with: "Later")))
    #expect(title() == "Later")
    var bundles = ProfileBundles(paths)
    #expect(bundles.previous?.bundle.version == 10)
    try bundles.choose(.previous)
    #expect(title() == "Radio")
    try bundles.choose(.packaged)
    #expect(title() == "Shipped")
    // What the broker still keeps does not undo the owner's word.
    Desk(paths, group: group).desk.heard(try payload(11, Self.profile.replacing("Radio", with: "Later")))
    #expect(title() == "Shipped")
    desk.desk.heard(try payload(12, restores: 10))
    #expect(title() == "Radio")
    desk.desk.heard(try payload(13, restores: 0))
    #expect(title() == "Shipped" && ProfileBundles(paths).newest?.bundle.restores == 0)
  }

  @Test func `a bundle of a key that counts no more is passed over`() throws {
    Desk(paths, group: group).desk.heard(try payload(10))
    try allow([try SigningKey()])
    #expect(title() == "Shipped")
    let desk = Desk(paths, group: group)
    #expect(desk.desk.problem?.contains("is not used") == true)
  }

  @Test func `files that were cut short cost no more than what they held`() throws {
    let desk = Desk(paths, group: group)
    desk.desk.heard(try payload(10))
    desk.desk.heard(try payload(11, Self.profile.replacing("Radio", with: "Later")))
    for path in [paths.profileBundle, paths.profileChoice] {
      let whole = try Files.read(path, limit: 300_000)
      for length in stride(from: 0, to: whole.count, by: 7) {
        try Files.replace(path, with: Array(whole.prefix(length)), mode: 0o600)
        #expect(["Later", "Shipped"].contains(title()))
      }
      try Files.replace(path, with: whole, mode: 0o600)
    }
    // Without the small file, what was accepted is still known from the bundle itself.
    try Files.remove(paths.profileChoice)
    Desk(paths, group: group).desk.heard(try payload(10))
    #expect(title() == "Later")
  }
}
