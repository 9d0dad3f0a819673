import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// What the owner has configured is what the agent does on the wire.
@Suite(.serialized) struct ConfiguredScanTests {
  private func reports(_ site: Site) throws -> [PostureReport] {
    let result = try site.kadomori("devices", "--json", "--state", site.directory + "/state")
    return (try? JSONDecoder().decode([PostureReport].self, from: result.output)) ?? []
  }

  @Test(.timeLimit(.minutes(2))) func excludedDevicesAreLeftAlone() throws {
    let site = try Site(.small)
    defer { site.down() }
    let byHardware = try #require(site.lab.persona("telnet"))
    let byAddress = try #require(site.lab.persona("water-logger"))
    let capture = try Capture(site)
    let agent = try site.startAgent(
      "lan: [{interface: lan0, exclude: ['\(byHardware.mac)', \(byAddress.address)]}]\n")
    let report = try site.until("the LAN is scanned") { try reports(site).first }
    agent.stop()
    let packets = try capture.packets()
    #expect(!packets.contains { $0.port != nil && $0.destination == .v4(byHardware.address) })
    #expect(!packets.contains { $0.destination == .v4(byAddress.address) }, "not even asked by ARP")
    let found = Set(report.devices.compactMap(\.mac))
    #expect(!found.contains(byHardware.mac) && !found.contains(byAddress.mac))
    #expect(found.count == site.lab.document.personas.count - 2)
  }

  @Test(.timeLimit(.minutes(2))) func severalLANsAndLowerLimits() throws {
    let site = try Site(.small)
    defer { site.down() }
    let capture = try Capture(site)
    let agent = try site.startAgent(
      "lan: [{interface: lan0}, {interface: wan0}]\nlimits: {packets_per_second: 200, probes_per_device: 20}\n"
    )
    let all = try site.until("both LANs are scanned", seconds: 90) { () -> [PostureReport]? in
      let all = try reports(site)
      return all.count == 2 ? all : nil
    }
    agent.stop()
    let packets = try capture.packets()
    #expect(mostPerSecond(packets.map(\.time)) <= 200)
    for (address, sent) in Dictionary(grouping: packets.filter(\.isProbe), by: \.destination)
    where address != nil {
      #expect(mostPerSecond(sent.map(\.time)) <= 20)
    }
    let byInterface = Dictionary(all.map { ($0.scan.interface, $0) }) { first, _ in first }
    #expect(byInterface["lan0"]?.devices.count == site.lab.document.personas.count)
    let internet = try #require(byInterface["wan0"]?.devices.first)
    #expect(internet.mac == site.lab.document.internet.mac)
    #expect(internet.services.map(\.port) == site.lab.document.internet.services.map(\.port))
  }
}
