import Addresses
import Checks
import Posture
import Profiles
import Testing
import Wording

struct JudgeTests {
  @Test func aNeededServiceIsNoFindingInside() {
    let plc = device("d", .plc, profile: "plc-modbus", .tcp(502, .modbus))
    #expect(Checks.judge([plc], profiles: shipped) == [])
    #expect(
      Checks.judge([plc]).map(\.check) == ["industrial-protocol-open"], "without the profile nobody needs it")
  }

  @Test func aServiceNeededInsideIsAFindingOnTheInternet() {
    let plc = device("d", .plc, profile: "plc-modbus", .tcp(502, .modbus, from: [.lan, .wan], needed: .yes))
    #expect(
      Checks.judge([plc], profiles: shipped).map(line)
        == ["industrial-protocol-open critical tcp/502 take-off-internet"])
    let server = device("d", .server, profile: "x", .tcp(80, .http, [.title: "Shop"], from: [.lan, .wan]))
    #expect(Checks.judge([server]).map(\.check) == ["open-to-internet"])
    let text = LocalizedText(ja: "店", en: "shop")
    let need = PortNeed(port: .tcp(80), protocol: .http, from: [.lan, .wan], why: text)
    let meant = FirmwareProfile(id: "x", title: text, kind: .server, needs: [need], advice: text)
    #expect(Checks.judge([server], profiles: ProfileSet([meant])) == [], "the site's owner says so")
  }

  @Test func theProfileNamesWhatIsKnownToBeBad() throws {
    let nas = device(
      "d", .nas, profile: "nas-shared-folders", .tcp(21, .ftp, [.banner: "220 (vsFTPd 2.3.4)"]))
    let findings = Checks.judge([nas], profiles: shipped)
    #expect(
      findings.map(line) == [
        "known-bad-firmware high tcp/21 update-software", "ftp-open medium tcp/21 turn-off",
      ])
    let bad = try #require(findings.first)
    #expect(bad.evidence.profile == "nas-shared-folders")
    #expect(Checks.text(for: bad, about: nas, profiles: shipped, .en)?.reason.contains("2.3.4") == true)
    #expect(Checks.text(for: bad, .en)?.reason == Checks.text(for: "known-bad-firmware", .en)?.reason)
    let good = device(
      "d", .nas, profile: "nas-shared-folders", .tcp(21, .ftp, [.banner: "220 (vsFTPd 3.0.3)"]))
    #expect(Checks.judge([good], profiles: shipped).map(\.check) == ["ftp-open"])
  }

  @Test func oneServiceIsToldOnce() {
    let box = device("d", .appliance, profile: "serial-server", .tcp(2001, .telnet))
    #expect(
      Checks.judge([box], profiles: shipped).map(line)
        == ["serial-console-on-network high tcp/2001 limit-to-partner"])
    let telnet = device("d", .appliance, profile: "telnet-embedded", .tcp(23, .telnet))
    let findings = Checks.judge([telnet], profiles: shipped)
    #expect(findings.map(line) == ["telnet-open high tcp/23 turn-off"])
    #expect(findings.first?.evidence == Evidence(protocol: .telnet, profile: "telnet-embedded"))
  }

  @Test func twoMachinesWithOneAddressAreCounted() {
    let devices = [
      device("a", mac: 1, addresses: ["192.0.2.1", "192.0.2.7"]),
      device("b", mac: 2, addresses: ["192.0.2.7"]),
      device("c", mac: 3, addresses: ["192.0.2.9"]), device("e", addresses: ["192.0.2.7"]),
    ]
    let findings = Checks.judge(devices)
    #expect(findings.map(\.id) == ["address-conflict:a", "address-conflict:b", "address-conflict:e"])
    #expect(findings.allSatisfy { $0.evidence.count == 2 && $0.service == nil })
    #expect(
      Checks.judge([
        device("a", mac: 1, addresses: ["192.0.2.1"]), device("a2", mac: 1, addresses: ["192.0.2.1"]),
      ]) == [])
  }

  @Test func theWorstComesFirstWhateverTheOrder() {
    let devices = [
      device("b", .unknown, .tcp(23, .telnet), .tcp(7, .echo)),
      device("a", .unknown, .tcp(21, .ftp), .tcp(23, .telnet)),
      device("c", .unknown, .tcp(502, .modbus, from: [.wan])),
    ]
    let findings = Checks.judge(devices)
    #expect(
      findings.map(\.id) == [
        "industrial-protocol-open:c:tcp/502", "telnet-open:a:tcp/23", "telnet-open:b:tcp/23",
        "ftp-open:a:tcp/21",
        "old-test-service-open:b:tcp/7",
      ])
    #expect(Checks.judge(devices.reversed()) == findings)
    #expect(Set(findings.map(\.id)).count == findings.count)
  }

  @Test func evidenceHoldsNoTextFromTheDevice() {
    let findings = Checks.judge([device(.tcp(80, .http, [.title: "第2浄水場 水位監視", .realm: "secret"]))])
    #expect(!findings.isEmpty)
    for finding in findings { #expect(!"\(finding)".contains("浄水") && !"\(finding)".contains("secret")) }
  }

  @Test(arguments: shipped.profiles)
  func profilesNameOnlyChecksThatExist(profile: FirmwareProfile) {
    #expect(profile.bad.allSatisfy { Checks.ids.contains($0.check) })
  }
}
