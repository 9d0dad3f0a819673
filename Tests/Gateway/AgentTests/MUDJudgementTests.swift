import Addresses
import Agent
import Foundation
import MUD
import Posture
import Profiles
import Settings
import Testing

@testable import LANScan

/// What a maker's word changes for a device in the house.
@Suite final class MUDJudgementTests {
  private static let url = "https://maker.example/panel.json"
  private let folder = FileManager.default.temporaryDirectory.appending(path: "mud-\(UUID())").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder + "/mud.d", withIntermediateDirectories: true)
    let entry = #"""
      {"name": "PORT", "matches": {"ietf-mud:mud": {"local-networks": [null]}, "ipv4": {"protocol": 6},
       "tcp": {"destination-port": {"operator": "eq", "port": PORT}}}, "actions": {"forwarding": "accept"}}
      """#
    let entries = ["23", "5900"].map { entry.replacing("PORT", with: $0) }.joined(separator: ",")
    try #"""
    {"ietf-mud:mud": {"mud-version": 1, "mud-url": "\#(Self.url)", "last-update": "2026-11-22T23:19:00Z",
      "is-supported": true, "systeminfo": "Panel", "mfg-name": "Maker",
      "to-device-policy": {"access-lists": {"access-list": [{"name": "to"}]}}},
     "ietf-access-control-list:acls": {"acl": [{"name": "to", "aces": {"ace": [\#(entries)]}}]}}
    """#.write(toFile: folder + "/mud.d/panel.json", atomically: true, encoding: .utf8)
    try "no JSON".write(toFile: folder + "/mud.d/broken.json", atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var paths: Paths { Paths(state: folder, runtime: folder, localMUD: folder + "/mud.d") }

  private func report(
    _ facts: [DeviceFact: String], certificate: String? = nil, exposure: [Exposure] = [.lan],
    mud folders: [String]? = nil, profiles: ProfileSet = ProfileSet()
  ) -> PostureReport {
    var device = Device(id: "dev-a", facts: facts)
    device.services = [
      Service(port: .tcp(23), protocol: .telnet, exposure: exposure),
      Service(port: .tcp(443), protocol: .http, tls: true),
      Service(port: .tcp(5900), protocol: .vnc, exposure: exposure),
    ]
    device.services[1].facts[.certificateMUDURL] = certificate
    let scan = ScanFacts(
      interface: "lan0", networks: [], started: WallTime(milliseconds: 0), durationMilliseconds: 1,
      complete: true)
    return Judgement.report(
      Scanner.Findings(facts: scan, devices: [device]), profiles: profiles,
      reference: ReferenceData(
        fingerprints: nil, mud: folders ?? [folder + "/mud.d"], types: "", registry: folder),
      previous: nil, isClockSet: false)
  }

  private func checks(_ report: PostureReport) -> [String] { report.findings.map(\.check).sorted() }

  @Test func whatTheMakerNeedsIsNoFinding() throws {
    let before = report([.mudURL: Self.url], mud: [])
    #expect(checks(before) == ["telnet-open", "vnc-open"])
    let judged = report([.mudURL: Self.url])
    let device = judged.devices[0]
    #expect(device.services.map(\.needed) == [.yes, .no, .yes])
    #expect(device.services.map(\.neededBy) == [.mud, .mud, .mud])
    #expect(
      device.vendor == "Maker" && device.evidence.contains { $0.detail.hasSuffix("\(Self.url): Panel") })
    // Telnet is bad even where it is needed: then the remedy is to limit who connects.
    #expect(checks(judged) == ["telnet-open"] && judged.findings[0].remedy == "limit-to-partner")
  }

  @Test func theMakersWordIsNoneForTheInternet() {
    #expect(checks(report([.mudURL: Self.url], exposure: [.lan, .wan])) == ["telnet-open", "vnc-open"])
  }

  @Test func aDeviceThatNamesNoFileIsJudgedAsBefore() {
    #expect(checks(report([:])) == ["telnet-open", "vnc-open"])
    #expect(report([:]).devices[0].services.map(\.needed) == [.unknown, .unknown, .unknown])
  }

  @Test func theCertificateNamesTheFileWhereNothingElseDoes() {
    let named = report([:], certificate: Self.url)
    #expect(named.devices[0].facts[.mudURL] == Self.url && checks(named) == ["telnet-open"])
    let other = report([.mudURL: "https://other.example/"], certificate: Self.url)
    #expect(other.devices[0].facts[.mudURL] == "https://other.example/" && checks(other).contains("vnc-open"))
  }

  @Test func whatAProfileSaysComesFirst() throws {
    func profile(_ word: String) throws -> ProfileSet {
      let lines = [
        "id: panel", "role: device", "title: {ja: 盤, en: Panel}", "kind: appliance",
        "recognise: [{confidence: 0.9, service: {protocol: vnc}}]", "needs: []",
        "\(word): [{protocol: vnc, why: {ja: 画面, en: Screen}\(word == "needs" ? ", from: [gateway, wan]" : "")}]",
        "advice: {ja: x, en: x}", "sources: [x]",
      ].filter { word != "needs" || $0 != "needs: []" }
      let file = ProfileFile(path: "/panel.yaml", bytes: Array(lines.joined(separator: "\n").utf8))
      return ProfileSet([try #require(file.profile().value)])
    }
    let unneeded = report([.mudURL: Self.url], profiles: try profile("unneeded"))
    #expect(unneeded.devices[0].services.map(\.needed) == [.yes, .no, .no])
    #expect(unneeded.devices[0].services.map(\.neededBy) == [.mud, .mud, .profile])
    #expect(checks(unneeded) == ["telnet-open", "vnc-open"])
    #expect(checks(report([.mudURL: Self.url], profiles: try profile("needs"))) == ["telnet-open"])
  }

  @Test func aFileThatCannotBeReadIsToldAndPassedOver() {
    let reference = ReferenceData(
      fingerprints: nil, mud: [folder + "/mud.d", "/nonexistent"], types: "", registry: folder)
    #expect(reference.mud.count == 1 && reference.problems.count == 2)
    #expect(reference.problems[0].hasPrefix("mud: \(folder)/mud.d/broken.json: line 1"))
  }

  @Test func statusNamesTheFileThatIsMissing() throws {
    let store = PostureStore(paths)
    try "lan: [{interface: lan0}]".write(
      toFile: folder + "/kadomori.yaml", atomically: true, encoding: .utf8)
    func next() -> String {
      StatusDocument.fromDisk(paths: paths, configuration: folder + "/kadomori.yaml").next.joined(
        separator: "\n")
    }
    try store.write(report([.mudURL: Self.url]))
    #expect(!next().contains("maker.example"))
    try store.write(report([.mudURL: "https://other.example/x.json"]))
    #expect(next().contains("https://other.example/x.json") && next().contains("/etc/kadomori/mud.d"))
    try "lan: [{interface: lan0}]\nmud: relative".write(
      toFile: folder + "/kadomori.yaml", atomically: true, encoding: .utf8)
    #expect(
      StatusDocument.fromDisk(paths: paths, configuration: folder + "/kadomori.yaml").problems.first?
        .contains("begin with a slash") == true)
  }
}
