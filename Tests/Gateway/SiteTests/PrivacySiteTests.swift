import Addresses
import Foundation
import Lab
import Posture
import SiteFixture
import Testing

/// What leaves the gateway for the provider, byte by byte, from a house full of devices.
@Suite(.serialized) struct PrivacySiteTests {
  /// Everything the gateway sent to a port, put together by sequence number from what tcpdump recorded.
  private static func sent(to port: UInt16, in file: String) throws -> [UInt8] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    func little(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    var segments: [UInt64: ArraySlice<UInt8>] = [:]
    var offset = 24
    while offset + 16 <= bytes.count {
      let frame = bytes[(offset + 16)..<min(bytes.count, offset + 16 + little(offset + 8))]
      offset += 16 + little(offset + 8)
      let start = frame.startIndex
      guard frame.count > 54, frame[start + 12] == 8, frame[start + 13] == 0, frame[start + 23] == 6 else {
        continue
      }
      let tcp = start + 14 + Int(frame[start + 14] & 15) * 4
      let length = Int(frame[start + 16]) << 8 | Int(frame[start + 17])
      guard UInt16(frame[tcp + 2]) << 8 | UInt16(frame[tcp + 3]) == port else { continue }
      let payload = frame[(tcp + Int(frame[tcp + 12] >> 4) * 4)..<min(frame.endIndex, start + 14 + length)]
      let place = frame[(tcp + 4)..<(tcp + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if payload.count > segments[place]?.count ?? 0 { segments[place] = payload }
    }
    return segments.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  /// All that the agent knows of the house at full detail, and nobody else may.
  private static func secrets(_ site: Site, _ reports: [PostureReport]) -> [String: [UInt8]] {
    var secrets: [String: [UInt8]] = [:]
    func add(_ text: String) { secrets[text] = Array(text.utf8) }
    func add(_ mac: MACAddress) {
      add(mac.description)
      add(mac.description.uppercased())
      add(mac.description.replacing(":", with: "-"))
      add(mac.description.replacing(":", with: ""))
      secrets["the octets of \(mac)"] = Array(mac.octets)
    }
    func add(_ address: IPAddress) { add(address.description) }
    for device in reports.flatMap(\.devices) {
      device.macs.forEach { add($0) }
      device.addresses.forEach { add($0) }
      // A name that is also a word of our closed lists says nothing.
      for name in device.names
      where DeviceKind(rawValue: name) == nil && ServiceProtocol(rawValue: name) == nil {
        add(name)
      }
      [device.vendor, device.model, device.firmware].compactMap(\.self).forEach { add($0) }
      let telling: [ServiceFact] = [
        .banner, .server, .title, .realm, .name, .uuid, .location, .certificateSubject, .certificateNames,
      ]
      for service in device.services {
        ([service.product] + telling.map { service.facts[$0] }).compactMap(\.self).forEach { add($0) }
      }
    }
    for persona in site.lab.document.personas {
      add(persona.mac)
      add(.v4(persona.address))
    }
    add(site.lab.document.lan.network.description)
    // The name of a profile is a word of our own, also where it has the name of a product in it.
    let profiles = (try? FileManager.default.contentsOfDirectory(atPath: Site.profiles)) ?? []
    return secrets.filter { text, bytes in bytes.count >= 4 && !profiles.contains { $0.contains(text) } }
  }

  @Test(.timeLimit(.minutes(3))) func `nothing that says who or where leaves at the default level of detail`()
    throws
  {
    let site = try Site(.home)
    defer { site.down() }
    let collector = try site.lab.start(
      in: "internet",
      [
        Site.program("kadomori-collector"), "run", "--state", site.directory + "/collector", "--listen",
        "198.51.100.1", "--plain",
      ], log: site.directory + "/collector.log")
    let (file, log) = (site.directory + "/wan.pcap", site.directory + "/tcpdump.log")
    let tcpdump = try site.lab.start(
      in: "gw",
      [
        "tcpdump", "-i", site.lab.document.wan.interface, "-Q", "out", "-U", "--immediate-mode", "-s", "0",
        "-B", "32768", "-Z", "root", "-w", file,
      ], log: log)
    _ = try site.until("tcpdump listens") { () -> Bool? in
      (try? String(contentsOfFile: log, encoding: .utf8))?.contains("listening on") == true ? true : nil
    }
    let agent = try site.startAgent("lan: [{interface: lan0, every: 5min}]\nbroker: {host: 198.51.100.1}\n")
    func ask(_ command: String) throws -> Data {
      try site.kadomori(
        command, "--json", "--state", site.directory + "/state", "--runtime", site.directory + "/run"
      ).output
    }
    let status = try site.until("everything is reported and stored", seconds: 90) { () -> [String: Any]? in
      let status = try JSONSerialization.jsonObject(with: try ask("status")) as? [String: Any]
      let lan = (status?["lans"] as? [[String: Any]])?.first
      return lan?["devices"] != nil && status?["queued"] as? Int == 0 ? status : nil
    }
    #expect((status["broker"] as? [String: Any])?["state"] as? String == "connected")
    let posture = site.directory + "/state/posture-lan0.json"
    let report = try JSONDecoder().decode(
      PostureReport.self, from: Data(contentsOf: URL(fileURLWithPath: posture)))
    agent.stop()
    tcpdump.stop()
    collector.stop()

    let said = try Self.sent(to: 1883, in: file)
    let secrets = Self.secrets(site, [report])
    // There is much to keep, and the recording has the reports.
    #expect(secrets.count > 150 && said.count > 10_000, "\(secrets.count) secrets, \(said.count) bytes")
    #expect(said.firstRange(of: Array("telnet-open".utf8)) != nil)
    for (text, bytes) in secrets {
      #expect(said.firstRange(of: bytes) == nil, "'\(text)' left the gateway")
    }
  }
}
