import Addresses
import Foundation
import MUD
import Posture
import Testing

/// The files that UNSW Sydney generated from the traffic of 28 devices (Hamza et al., "Clear as MUD", 2018), in the
/// folder that `KADOMORI_MUD` names.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KADOMORI_MUD"] != nil))
struct RealFileTests {
  let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["KADOMORI_MUD"] ?? "/")

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
  }

  /// What the house may reach on a device by name, as `tcp/80 udp/9999`.
  private func needed(_ file: MUDFile) -> String {
    file.openings.filter { $0.isNamed && $0.isFromHouse }.map {
      let (first, last) = ($0.ports.lowerBound, $0.ports.upperBound)
      return "\($0.transport.rawValue)/\(first)" + (first == last ? "" : "-\(last)")
    }.joined(separator: " ")
  }

  /// Compared with the entries of each file by hand: these devices have services that others in the house open, and
  /// every other device only opens connections itself.
  @Test func eachNeedsWhatItServesAndNothingElse() throws {
    let serving = [
      "HueBulbMud.json": "tcp/80", "NetatmoCameraMud.json": "tcp/80",
      "SmartThingsMud.json": "udp/39400 udp/39401 udp/39402", "amazonEchoMud.json": "udp/50000",
      "belkincameraMud.json": "tcp/9207 tcp/49153 tcp/49154", "chromecastUltraMud.json": "tcp/8008 tcp/8009",
      "hpprinterMud.json": "tcp/80 udp/5353", "lifxbulbMud.json": "udp/56700",
      "samsungsmartcamMud.json": "tcp/80 tcp/30000-49000 tcp/40156-65500 tcp/49152",
      "tplinkcameraMud.json": "tcp/80 tcp/8080 udp/1068", "tplinkplugMud.json": "tcp/9999 udp/9999",
      "wemomotionMud.json": "tcp/49152 tcp/49153", "wemoswitchMud.json": "tcp/49153 tcp/49154",
    ]
    let names = try names()
    #expect(names.count == 28)
    for name in names {
      let file = try MUDFile(try bytes(name), name: name)
      #expect(needed(file) == serving[name] ?? "", "\(name)")
      #expect(file.isSupported && (1...168).contains(file.cacheValidity) && file.systemInfo != nil, "\(name)")
      #expect(file.need(of: .tcp(23)) == .no, "\(name): nobody needs telnet")
    }
  }

  /// Of each real file, with bytes changed, cut and doubled at random: an error or a file, and never a trap.
  @Test func noDamageTraps() throws {
    var generator = Xorshift(state: 0x9e37_79b9_7f4a_7c15)
    var (read, refused) = (0, 0)
    for name in try names() {
      let bytes = Array(try bytes(name).prefix(12_000))
      for _ in 0..<60 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let place = Int.random(in: 0..<damaged.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: damaged[place] = UInt8.random(in: 0...255, using: &generator)
          case 1: damaged[place] = Array("{}[]\":,0-9e\\".utf8).randomElement(using: &generator) ?? 0
          case 2: damaged.removeSubrange(place..<min(damaged.count, place + 40))
          default: damaged.insert(contentsOf: damaged[place..<min(damaged.count, place + 40)], at: place)
          }
        }
        do throws(MUDError) {
          _ = try MUDFile(damaged, name: name)
          read += 1
        } catch {
          refused += 1
          #expect(!error.problem.isEmpty)
        }
      }
    }
    #expect(refused > 0 && read + refused == 28 * 60)
  }
}

/// Random numbers that are the same in every run (Marsaglia, "Xorshift RNGs", 2003).
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
