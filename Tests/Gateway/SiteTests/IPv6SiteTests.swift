import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// Devices that have no address of IPv4, as more and more of them: real servers whose IPv4 addresses were taken away.
@Suite(.serialized) struct IPv6SiteTests {
  private func take(ipv4Of names: [String], _ site: Site) throws {
    for name in names {
      _ = try site.lab.exec(in: name, ["ip", "-4", "address", "flush", "dev", "eth0"])
    }
  }

  private func linkLocal(_ mac: MACAddress) -> IPAddress {
    let own = mac.octets
    let tail = [own[0] ^ 2, own[1], own[2], 0xff, 0xfe, own[3], own[4], own[5]]
    return .v6(IPv6Address(octets: [0xfe, 0x80, 0, 0, 0, 0, 0, 0] + tail) ?? IPv6Address(bits: 0))
  }

  @Test(.timeLimit(.minutes(2))) func theyAreFoundAndJudgedAsPolitely() throws {
    let site = try Site(.small)
    defer { site.down() }
    let box = try #require(site.lab.persona("telnet"))
    let logger = try #require(site.lab.persona("water-logger"))
    try take(ipv4Of: ["telnet", "water-logger"], site)
    // It ignores echoes to all, as many devices do; its groups tell that it is there.
    _ = try site.lab.exec(
      in: "telnet", ["sysctl", "-q", "-w", "net.ipv6.icmp.echo_ignore_multicast=1"])
    let capture = try Capture(site)
    let report = try site.scan()
    let packets = try capture.packets()

    let telnet = try #require(report.devices.first { $0.mac == box.mac })
    #expect(telnet.addresses == [linkLocal(box.mac)])
    #expect(telnet.services.map(\.protocol) == [.telnet])
    let page = try #require(report.devices.first { $0.mac == logger.mac })
    #expect(page.services.first { $0.port == .tcp(80) }?.facts[.title] == "第2浄水場 水位監視")
    #expect(report.findings.contains { $0.check == "telnet-open" && $0.device == telnet.id })
    #expect(report.devices.count == site.lab.document.personas.count)

    for mac in [box.mac, logger.mac] {
      let sent = packets.filter { $0.destination == linkLocal(mac) && $0.isProbe }
      #expect(sent.count > 150, "the whole list is asked")
      #expect(mostPerSecond(sent.map(\.time)) <= 40)
    }
    #expect(mostPerSecond(packets.map(\.time)) <= 1000)
  }

  /// Whoever is to be left alone at one address is left alone at all of them.
  @Test(.timeLimit(.minutes(2))) func exclusionsHoldForBothVersions() throws {
    let site = try Site(.small)
    defer { site.down() }
    let box = try #require(site.lab.persona("telnet"))
    let logger = try #require(site.lab.persona("water-logger"))
    try take(ipv4Of: ["telnet", "water-logger"], site)
    let capture = try Capture(site)
    let agent = try site.startAgent("lan: [{interface: lan0, exclude: ['\(linkLocal(box.mac))']}]\n")
    let report = try site.until("the LAN is scanned") {
      try site.kadomori("devices", "--json", "--state", site.directory + "/state").reports?.first
    }
    agent.stop()
    #expect(!report.devices.contains { $0.mac == box.mac })
    #expect(report.devices.contains { $0.mac == logger.mac })
    // Its own question to all is answered by the device and, for that, by our kernel.
    #expect(try !capture.packets().contains { $0.port != nil && $0.destination == linkLocal(box.mac) })
  }
}

extension CommandResult {
  /// The reports that `devices --json` printed.
  var reports: [PostureReport]? { try? JSONDecoder().decode([PostureReport].self, from: output) }
}
