import Addresses
import Foundation
import Testing

@testable import Lab

@Suite("Hostile lab", .serialized)
struct HostileTests {
  @Test("each device misbehaves in its way")
  func misbehaviour() throws {
    try withScratch { store in
      let lab = try LabRun.up(.hostile, options(store))
      defer { try? lab.down() }
      let endless = try talk(lab, "192.168.77.41", 21, seconds: 1)
      #expect(endless.output.count > 1 << 20)
      let garbage = try talk(lab, "192.168.77.42", 23, seconds: 1)
      #expect(garbage.output.prefix(2) == Data([0, 0x1b]))
      let drip = try talk(lab, "192.168.77.43", 80, seconds: 1)
      #expect(drip.output == Data("H".utf8))
      for port in [1, 80, 9100, 65535] {
        #expect(try lab.exec(in: "gw", connect("192.168.77.44", port)).status == 0, "port \(port)")
      }
      let twins = lab.document.personas.filter { $0.address == LabNetwork.host(45) }
      #expect(Set(twins.map(\.mac)).count == 2)
      try lab.down()
      #expect(Remains(of: lab.id, in: store) == .nothing)
    }
  }

  /// Reads what a port says within some seconds.
  private func talk(_ lab: LabRun, _ address: String, _ port: Int, seconds: Int) throws -> CommandResult {
    try lab.exec(
      in: "gw", ["bash", "-c", "exec 3<>/dev/tcp/\(address)/\(port); timeout \(seconds) cat <&3"])
  }

  private func connect(_ address: String, _ port: Int) -> [String] {
    ["timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/\(address)/\(port)"]
  }
}
