import Addresses
import Agent
import Posture
import Profiles
import Stagger
import Testing
import Wording

/// Who waits behind the gateway after a power loss, and how long.
@Suite struct LANReleaseTests {
  private static let secret = KeyedHash(key: [UInt8](repeating: 5, count: 16))

  private static func profiles(_ kind: DeviceKind, mayWait: Bool) -> ProfileSet {
    let text = LocalizedText(ja: "箱", en: "Box")
    return ProfileSet([FirmwareProfile(id: "p", title: text, kind: kind, mayWait: mayWait, advice: text)])
  }

  private static func device(_ number: Int, _ kind: DeviceKind) -> Device {
    Device(
      id: "dev-\(number)",
      mac: MACAddress(octets: [2, 0, 0, 0, UInt8(number >> 8), UInt8(number & 255)]), kind: kind,
      profile: "p")
  }

  @Test(arguments: DeviceKind.allCases)
  func `whom people call for help with, or run a plant by, never waits`(_ kind: DeviceKind) {
    let plan = LANRelease.plan(
      [Self.device(1, kind)], profiles: Self.profiles(kind, mayWait: true), secret: Self.secret)
    let mayWait: Set<DeviceKind> = [.printer, .nas, .tv, .speaker, .appliance, .recorder]
    #expect(plan.count == (mayWait.contains(kind) ? 1 : 0))
    let unasked = LANRelease.plan(
      [Self.device(1, kind)], profiles: Self.profiles(kind, mayWait: false), secret: Self.secret)
    #expect(unasked.isEmpty)
    #expect(LANRelease.plan([Self.device(1, kind)], profiles: ProfileSet(), secret: Self.secret).isEmpty)
  }

  @Test func `they go one after the other within a minute, and no more are held than may be`() {
    let devices = (0..<1000).map { Self.device($0, .printer) }
    let plan = LANRelease.plan(devices, profiles: Self.profiles(.printer, mayWait: true), secret: Self.secret)
    #expect(plan.count == LANRelease.limit)
    #expect(plan.allSatisfy { (1...60).contains($0.seconds) })
    // 256 of them in sixty seconds: four in each, and hardly ever more than fifteen.
    let busiest = Dictionary(grouping: plan, by: \.seconds).values.map(\.count).max() ?? 0
    #expect(busiest <= 15)
  }

  /// Nobody's printer waits longer than the whole fleet does.
  @Test(arguments: [(Duration.seconds(8), 8), (.zero, 1), (.seconds(1800), 60)])
  func `a short window is the LAN's too`(_ window: Duration, _ last: Int) {
    let devices = (0..<200).map { Self.device($0, .printer) }
    let plan = LANRelease.plan(
      devices, profiles: Self.profiles(.printer, mayWait: true), secret: Self.secret, window: window)
    #expect(plan.count == 200 && plan.allSatisfy { (1...last).contains($0.seconds) })
    #expect(plan.contains { $0.seconds == last })
  }
}
