import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// What is heard without asking: real clients of DHCP and of link layer discovery on a real LAN.
@Suite(.serialized) struct ListeningSiteTests {
  private func report(_ site: Site) throws -> PostureReport? {
    try site.kadomori(
      "devices", "--json", "--state", site.directory + "/state", "--runtime", site.directory + "/run"
    ).reports?.first
  }

  /// BusyBox's client, as a smart plug has it; nobody answers it.
  private static let client = [
    "busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-t", "6", "-T", "1", "-s", "/bin/true", "-V",
    "udhcp 0.9.8",
    "-x", "hostname:HS110", "-O", "44", "-x", "0xa1:68747470733a2f2f6d616b65722e6578616d706c652f6d7564",
  ]

  @Test(.timeLimit(.minutes(2))) func whatDevicesSayUnaskedIsOnTheirEntry() throws {
    let site = try Site(.home, only: ["telnet", "access-point"])
    defer { site.down() }
    let plug = try #require(site.lab.persona("telnet"))
    let point = try #require(site.lab.persona("access-point"))
    let client = try site.lab.start(in: "telnet", Self.client)
    let report = try site.scan()
    client.stop()
    let told = try #require(report.devices.first { $0.mac == plug.mac })
    #expect(told.facts[.dhcpVendorClass] == "udhcp 0.9.8")
    #expect(told.facts[.dhcpHostName] == "HS110" && told.names.contains("HS110"))
    #expect(told.facts[.mudURL] == "https://maker.example/mud")
    // What BusyBox 1.35 asks for by itself, and option 44.
    #expect(told.facts[.dhcpParameters]?.split(separator: ",").contains("44") == true)
    #expect(told.facts[.dhcpParameters]?.hasPrefix("1,3,6,12,15,28") == true)
    let neighbour = try #require(report.devices.first { $0.mac == point.mac })
    #expect(neighbour.facts[.lldpName] == "ap-upstairs")
    #expect(neighbour.facts[.lldpDescription] == "OpenWrt 23.05.3 WAPS-1266")
    #expect(neighbour.kind == .accessPoint, "its page alone looks like a router's")
  }

  @Test(.timeLimit(.minutes(3))) func devicesStayFreshBetweenScansAndNothingIsAsked() throws {
    let site = try Site(.small)
    defer { site.down() }
    let box = try #require(site.lab.persona("telnet"))
    let agent = try site.startAgent("lan: [{interface: lan0, every: 1h}]\n")
    let scanned = try site.until("the LAN is scanned") { try report(site) }
    let before = try #require(scanned.devices.first { $0.mac == box.mac }?.lastSeen)

    let capture = try Capture(site)
    let client = try site.lab.start(in: "telnet", Self.client)
    let fresh = try site.until("it was heard") { () -> Device? in
      try report(site)?.devices.first { $0.mac == box.mac && $0.lastSeen ?? before > before }
    }
    client.stop()
    #expect(fresh.id == scanned.devices.first { $0.mac == box.mac }?.id)
    #expect(try capture.packets().allSatisfy { !$0.isProbe }, "listening asks nothing")
    agent.stop()
    let kept = try #require(try report(site)?.devices.first { $0.mac == box.mac }?.lastSeen)
    #expect(kept > before, "kept on disk at the end")
  }

  /// A device that nobody knew is looked at long before the next regular scan.
  @Test(.timeLimit(.minutes(3))) func aNewDeviceIsLookedAtSoon() throws {
    let site = try Site(.small)
    defer { site.down() }
    let box = try #require(site.lab.persona("telnet"))
    _ = try site.lab.exec(in: "telnet", ["ip", "link", "set", "eth0", "down"])
    let agent = try site.startAgent("lan: [{interface: lan0, every: 1h}]\n")
    defer { agent.stop() }
    let first = try site.until("the LAN is scanned") { try report(site) }
    #expect(!first.devices.contains { $0.mac == box.mac })
    _ = try site.lab.exec(in: "telnet", ["ip", "link", "set", "eth0", "up"])
    _ = try site.until("the new device is found", seconds: 90) {
      try report(site)?.devices.first { $0.mac == box.mac }
    }
  }
}
