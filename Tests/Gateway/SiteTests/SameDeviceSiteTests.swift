import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// Devices with several hardware addresses, at once or one after another.
@Suite(.serialized) struct SameDeviceSiteTests {
  private func scan(_ site: Site) throws -> PostureReport {
    let agent = try site.startAgent("lan: [{interface: lan0, every: 5min}]\n")
    defer { agent.stop() }
    let file = site.directory + "/state/posture-lan0.json"
    let before = try? Data(contentsOf: URL(fileURLWithPath: file))
    return try site.until("a new posture", seconds: 60) {
      guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)), data != before else { return nil }
      return try? JSONDecoder().decode(PostureReport.self, from: data)
    }
  }

  /// OpenSSH, Avahi and MiniDLNA on a kernel that answers ARP for all its addresses on both ports.
  @Test(.timeLimit(.minutes(3))) func twoNetworkPortsAreOneDeviceAndAnotherHardwareAddressTheSame() throws {
    let site = try Site(.twofold)
    defer { site.down() }
    let persona = try #require(site.lab.document.personas.first { $0.name == "two-port-nas" })
    let second = try #require(persona.second)
    let first = try scan(site)
    let nas = try #require(first.devices.first { $0.mac == persona.mac })
    #expect(nas.otherMACs == [second.mac])
    #expect(Set(nas.addresses).isSuperset(of: [.v4(persona.address), .v4(second.address)]))
    #expect(nas.services.map(\.port) == persona.services.map(\.port))
    #expect(first.devices.count == site.lab.document.personas.count)
    #expect(!first.findings.contains { $0.check == "address-conflict" })

    // A new card in one port, and no cable in the other.
    for change in [["eth1", "down"], ["eth0", "address", "02:00:5e:00:53:51"]] {
      _ = try site.lab.exec(in: persona.name, ["ip", "link", "set"] + change)
    }
    let later = try scan(site)
    let same = try #require(later.devices.first { $0.mac == MACAddress("02:00:5e:00:53:51") })
    #expect(same.id == nas.id && same.firstSeen == nas.firstSeen && !same.isAbsent)
    #expect(same.otherMACs == [persona.mac, second.mac])
    #expect(later.devices.count == first.devices.count)
    let log = try String(contentsOfFile: site.directory + "/agent.log", encoding: .utf8)
    #expect(log.contains("\(nas.id) answers from another hardware address"))
    #expect(!log.contains(" is new") && !log.contains(" is gone"))
  }
}
