import Cryptography
import FleetContract
import Foundation
import LinuxIO
import Stagger
import Testing

@testable import Agent

/// What an agent takes for a policy, keeps, and refuses, also over a restart.
@Suite struct PolicyDeskTests {
  private final class Desk {
    let paths: Paths
    let key: SigningKey
    let desk: PolicyDesk
    private(set) var notes: [Daemon.Note] = []
    private(set) var followed: [PolicyDocument?] = []

    init(in state: String, key: SigningKey) throws {
      self.key = key
      var paths = Paths()
      paths.state = state
      self.paths = paths
      let box = Box()
      desk = PolicyDesk(
        group: try #require(TopicName("area-1")), file: ReconnectFile.read(paths), paths: paths,
        loop: EventLoop()
      ) { box.note($0) }
      box.told = { [weak self] in self?.notes.append($0) }
      desk.changed = { [weak self] in self?.followed.append($0) }
    }

    private final class Box {
      var told: (Daemon.Note) -> Void = { _ in }
      func note(_ note: Daemon.Note) { told(note) }
    }

    func payload(_ version: Int64, step: Int64 = 0, window: Int64 = 700, speed: Double = 1) throws -> [UInt8]
    {
      let document = PolicyDocument(
        group: try #require(TopicName("area-1")), mark: PolicyMark(version: version, step: step),
        windowSeconds: window, speed: speed, epoch: 4, hint: PolicyHint.Place("192.0.2.1:9"))
      let bytes = try document.bytes()
      return try SignedPolicy(
        bytes: bytes,
        signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
      ).payload()
    }
  }

  private let state: String
  private let key: SigningKey

  init() throws {
    state = FileManager.default.temporaryDirectory.path + "/kadomori-desk-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    key = try SigningKey()
    let operators = [try #require(OperatorKey(publicKey: key.publicKey, use: .pace))]
    try JSONEncoder().encode(operators).write(to: URL(filePath: state + "/operator-keys.json"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: state + "/operator-keys.json")
  }

  @Test func `what is accepted is on disk, beside the class that is this gateway's own`() throws {
    try Data(#"{"class": "critical", "window_s": 60}"#.utf8).write(
      to: URL(filePath: state + "/reconnect-policy.json"))
    let desk = try Desk(in: state, key: key)
    desk.desk.heard(try desk.payload(10), by: .broker)
    desk.desk.heard(try desk.payload(10, step: 2, speed: 8), by: .hint)
    #expect(desk.followed.compactMap(\.self).map(\.speed) == [1, 8])
    let kept = ReconnectFile.read(desk.paths)
    #expect(kept.kind == .critical && kept.policy.window == .seconds(700) && kept.policy.epoch == 4)
    // The speed belongs to the return that is under way: the next one begins without.
    #expect(kept.mark == PolicyMark(version: 10, step: 2) && kept.policy.speed == 1)
    #expect(desk.desk.problem == nil)
  }

  @Test func `forged, replayed and absurd policies change nothing, and leave a line`() throws {
    let first = try Desk(in: state, key: key)
    first.desk.heard(try first.payload(10, step: 5), by: .hint)
    let before = ReconnectFile.read(first.paths)
    // Started again: what was followed is not followed again.
    let desk = try Desk(in: state, key: key)
    let stranger = try Desk(in: state, key: try SigningKey())
    let cases: [([UInt8], PolicyDesk.Way, String)] = [
      (try desk.payload(10, step: 4), .hint, "replayed"), (try desk.payload(9), .broker, "replayed"),
      (try stranger.payload(11), .hint, "unknown-key"),
      (try desk.payload(11, window: 0), .broker, "out-of-range"),
      (try desk.payload(11, window: 31_536_000), .hint, "out-of-range"), ([], .hint, "malformed"),
    ]
    for (payload, way, code) in cases {
      desk.desk.heard(payload, by: way)
      #expect(desk.desk.problem?.contains("by \(way.rawValue) is refused (\(code))") == true, "\(code)")
    }
    #expect(desk.notes.filter(\.isProblem).count == cases.count)
    #expect(desk.followed.isEmpty && ReconnectFile.read(desk.paths) == before)
  }

  /// The broker keeps the policy that the speeds belong to: it is no replay, and nothing to say.
  @Test func `the policy of the speed in force is no news`() throws {
    let desk = try Desk(in: state, key: key)
    desk.desk.heard(try desk.payload(10, step: 5), by: .hint)
    desk.desk.heard(try desk.payload(10), by: .broker)
    desk.desk.heard(try desk.payload(10, step: 5), by: .hint)
    #expect(desk.desk.problem == nil && desk.followed.count == 1)
  }

  @Test func `a flood of forgeries is no flood of lines`() throws {
    let desk = try Desk(in: state, key: key)
    for _ in 0..<10_000 { desk.desk.heard([0x7b, 0x7d], by: .hint) }
    #expect(desk.notes.count < 50)
  }

  @Test func `a file that was cut short decides nothing, and no version of it is believed`() throws {
    let desk = try Desk(in: state, key: key)
    desk.desk.heard(try desk.payload(10), by: .broker)
    let path = desk.paths.reconnectPolicy
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(filePath: path))
      let read = ReconnectFile.read(desk.paths)
      #expect(read.policy.window <= .seconds(1800) && read.mark == nil)
    }
  }
}
