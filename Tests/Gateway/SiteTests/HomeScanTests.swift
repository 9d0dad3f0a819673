import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// Scans of a home of real servers.
@Suite(.serialized) struct HomeScanTests {
  @Test(.timeLimit(.minutes(4))) func findsEveryPersonaPolitelyAndTwiceTheSame() throws {
    let site = try Site()
    defer { site.down() }
    let capture = try Capture(site)
    let first = try site.scan()
    let packets = try capture.packets()
    expectEveryPersona(of: site, in: first)
    try expectFacts(of: site, in: first)
    expectPoliteness(packets)
    try expectUntouchedPrinter(packets, site)
    expectClosedConnections(packets)

    let second = try site.scan()
    for (one, other) in zip(facts(first), facts(second)) where one != other {
      Issue.record("two scans of the same LAN differ:\n\(one)\n\(other)")
    }
    #expect(first.devices.count == second.devices.count)
  }

  private func expectEveryPersona(of site: Site, in report: PostureReport) {
    let recall = Recall(of: site.lab.document, in: report)
    #expect(recall.missed == [])
    #expect(recall.misnamed == [])
    #expect(recall.invented == [])
    #expect(report.devices.count == site.lab.document.personas.count)
    #expect(report.scan.complete)
  }

  /// What devices tell of themselves before any login.
  private func expectFacts(of site: Site, in report: PostureReport) throws {
    func facts(_ name: String, _ port: Addresses.Port) throws -> [ServiceFact: String] {
      let persona = try #require(site.lab.document.personas.first { $0.name == name })
      let device = try #require(report.devices.first { $0.addresses.contains(.v4(persona.address)) })
      return try #require(device.services.first { $0.port == port }).facts
    }
    // OpenSSH's own programs are the second opinion on its key.
    let address = try #require(site.lab.document.personas.first { $0.name == "nas" }).address
    let key = try site.lab.exec(
      in: "gw", ["sh", "-c", "ssh-keyscan -t ed25519 \(address) 2>/dev/null | ssh-keygen -lf -"]
    ).text
    let fingerprint = String(key.split(separator: " ")[1])
    #expect(try facts("nas", .tcp(22))[.hostKey] == "ssh-ed25519 \(fingerprint)")
    #expect(try facts("nas", .tcp(22))[.hassh]?.utf8.count == 32)
    #expect(try facts("nas", .tcp(21))[.anonymous] == "open")
    let shares = try facts("nas", .tcp(445))
    #expect(shares[.anonymous] == "open" && shares[.shares] == "public", "the other share is for users")
    let old = try facts("recorder", .tcp(443))
    #expect(old[.tlsVersion] == "1.0" && old[.weak] == "TLS-1.0 RSA-1024 signed-with-sha1")
    #expect(old[.certificateSubject] == "CN=DVR,O=Recorder" && old[.certificateKey] == "RSA 1024")
    let good = try facts("secure-hub", .tcp(8883))
    #expect(good[.tlsVersion] == "1.3" && good[.weak] == nil && good[.certificateNames] == "hub.lan mqtt.lan")
    // MiniUPnPd's answer names the place of its description, and the description the device.
    #expect(try facts("router", .udp(1900))[.product] == "WSR-1166DHP")
    let card = try facts("power-card", .udp(161))
    #expect(card[.anonymous] == "open" && card[.objectID] == "1.3.6.1.4.1.318.1.3.27")
    #expect(card[.engineID] == "8000013e0300c0b7340034")
    // Of what is said with more than 0.8, nothing is wrong; and nearly all kinds are right.
    let kinds = Dictionary(site.lab.document.personas.map { ($0.address, $0.kind) }) { first, _ in first }
    let judged = report.devices.compactMap { device -> (right: Bool, device: Device)? in
      guard case .v4(let address)? = device.addresses.first, let kind = kinds[address] else { return nil }
      return (kind == device.kind, device)
    }
    #expect(judged.count { $0.right } * 100 >= judged.count * 95)
    for (right, device) in judged where !right { #expect(device.confidence <= 0.8, "\(device.kind)") }
  }

  private func expectPoliteness(_ packets: [Capture.Packet]) {
    #expect(packets.count > 1000, "the capture holds the scan")
    #expect(mostPerSecond(packets.map(\.time)) <= 1000)
    for (address, sent) in Dictionary(grouping: packets.filter(\.isProbe), by: \.destination)
    where address != nil {
      #expect(mostPerSecond(sent.map(\.time)) <= 40)
    }
  }

  private func expectUntouchedPrinter(_ packets: [Capture.Packet], _ site: Site) throws {
    let toPrinters = packets.filter {
      $0.port.map { $0.transport == .tcp && (9100...9107).contains($0.number) } ?? false
    }
    #expect(toPrinters.contains { $0.isSYN }, "the port was looked at")
    #expect(toPrinters.allSatisfy { $0.payload == 0 })
    #expect(try site.lab.recording(of: "printer", .tcp(9100)).isEmpty)
  }

  /// Every connection that was made is ended by us: nothing half open stays behind.
  private func expectClosedConnections(_ packets: [Capture.Packet]) {
    struct Pair: Hashable {
      let destination: IPAddress?
      let port: Addresses.Port?
      let source: UInt16
    }
    let tcp = packets.filter { $0.port?.transport == .tcp }
    for (pair, sent) in Dictionary(
      grouping: tcp, by: { Pair(destination: $0.destination, port: $0.port, source: $0.sourcePort) })
    {
      let isMade = sent.contains { $0.tcpFlags & 0x12 == 0x10 }
      if isMade { #expect(sent.contains { $0.isEnd }, "\(pair)") }
    }
  }

  /// What does not depend on when it was seen.
  private func facts(_ report: PostureReport) -> [Device] {
    report.devices.map { device in
      var device = device
      device.firstSeen = nil
      device.lastSeen = nil
      return device
    }
  }
}
