import Addresses
import Posture
import Profiles
import Testing
import Wording

struct MatchTests {
  private let words = LocalizedText(ja: "箱", en: "box")

  private func profile(
    _ id: String, _ confidences: Double..., author: FirmwareProfile.Author = .shipped
  ) -> FirmwareProfile {
    FirmwareProfile(
      id: id, author: author, title: words, kind: .appliance,
      recognise: confidences.enumerated().map { index, confidence in
        FirmwareProfile.Rule(
          confidence: confidence, condition: .service(ServicePattern(ports: [.tcp(UInt16(80 + index))])))
      }, advice: words)
  }

  private let device = Device(
    id: "d", services: [.tcp(80, .http, [.title: "Box", .server: "box"]), .tcp(81, .http)])

  @Test func cluesAddUp() throws {
    #expect(profile("a", 0.3).match(device) == nil)
    #expect(try #require(profile("a", 0.3, 0.3).match(device)).confidence == 0.51)
    #expect(try #require(profile("a", 0.6, 0.5).match(device)).confidence == 0.8)
    #expect(try #require(profile("a", 1).match(device)).confidence == 0.99)
    #expect(try #require(profile("a", 0.6, 0.5).match(device)).evidence.count == 2)
  }

  @Test func oneAnswerIsOneWitness() throws {
    func confidence(_ rules: (Double, [ServiceFact])...) throws -> Double {
      var box = profile("a", 1)
      box.recognise = rules.map { confidence, facts in
        let wanted = facts.map { ($0, TextMatch(.contains, ["ox"])) }
        let pattern = ServicePattern(ports: [.tcp(80)], facts: Dictionary(uniqueKeysWithValues: wanted))
        return FirmwareProfile.Rule(confidence: confidence, condition: .service(pattern))
      }
      return try #require(box.match(device)).confidence
    }
    #expect(try confidence((0.5, []), (0.6, [.title])) == 0.6)
    #expect(try confidence((0.6, []), (0.5, [.title])) == 0.6)
    #expect(try confidence((0.6, [.title]), (0.5, [.server])) == 0.8, "two texts are two witnesses")
  }

  @Test func tiesAreDecidedAlwaysTheSameWay() {
    let set = ProfileSet([profile("b", 0.7), profile("a", 0.7), profile("c", 0.6)])
    #expect(set.match(device)?.profile.id == "a")
    let local = ProfileSet([profile("z", 0.7, author: .local), profile("a", 0.7)])
    #expect(local.match(device)?.profile.id == "z", "the site's own wins")
    let better = ProfileSet([profile("z", 0.6, author: .local), profile("a", 0.7)])
    #expect(better.match(device)?.profile.id == "a")
  }

  @Test func theSitesOwnReplacesTheShippedOne() {
    for order in [
      [profile("a", 0.7), profile("a", 0.9, author: .local)],
      [profile("a", 0.9, author: .local), profile("a", 0.7)],
    ] {
      #expect(ProfileSet(order).profiles.map(\.author) == [.local])
    }
  }

  @Test func conditionsReadTheWholeDevice() {
    var device = Device(
      id: "d", mac: MACAddress("00:11:32:01:02:03"), names: ["NPI123456"], vendor: "Synology",
      services: [
        .tcp(80, .http, [.title: "Box", .server: "x"]), .tcp(443, .http, tls: true, [.title: "Other"]),
      ])
    func holds(_ condition: Condition) -> Bool { condition.evidence(in: device) != nil }
    let title = TextMatch(.equals, ["Box"])
    #expect(holds(.service(ServicePattern(protocols: [.http], facts: [.title: title]))))
    #expect(!holds(.service(ServicePattern(tls: true, facts: [.title: title]))), "both of one service")
    #expect(!holds(.service(ServicePattern(ports: [.tcp(81)], facts: [.title: title]))))
    #expect(holds(.vendor(TextMatch(.startsWith, ["syn"], ignoresCase: true))))
    #expect(holds(.name(TextMatch(.glob, ["NPI*"]))))
    #expect(MACPrefix("00:11:32").map { holds(.hardware([$0])) } == true)
    #expect(MACPrefix("00:11:33").map { holds(.hardware([$0])) } == false)
    #expect(holds(.none([.service(ServicePattern(protocols: [.smb]))])))
    #expect(!holds(.all([.vendor(TextMatch(.equals, ["Synology"])), .name(TextMatch(.equals, ["x"]))])))
    #expect(holds(.any([.vendor(TextMatch(.equals, ["x"])), .name(TextMatch(.contains, ["123"]))])))
    device.services[0].product = "nginx"
    #expect(holds(.service(ServicePattern(facts: [.product: TextMatch(.equals, ["nginx"])]))))
  }

  @Test func applyingFillsInWhatIsKnown() throws {
    let plc = Device(
      id: "d", vendor: "Interface maker",
      services: [
        .tcp(502, .modbus, [.vendor: "Schneider Electric", .product: "TM221CE40R", .revision: "V1.6"]),
        .tcp(21, .ftp), .tcp(80, .http), .tcp(503, .unknown),
      ])
    let applied = try #require(shipped.set.match(plc)).applied(to: plc)
    #expect(applied.profile == "plc-schneider-modicon" && applied.kind == .plc && applied.confidence == 0.85)
    #expect(
      applied.vendor == "Schneider Electric" && applied.model == "TM221CE40R" && applied.firmware == "V1.6")
    #expect(applied.services.map(\.needed) == [.yes, .no, .unknown, .unknown])
    let verdict = try #require(shipped.set["plc-schneider-modicon"]).verdict(on: plc.services[0])
    #expect(verdict.from == [.lan] && verdict.why != nil)
    #expect(verdict.covers([.lan]) && !verdict.covers([.lan, .wan]))
    #expect(shipped.set.match(Device(id: "n", kind: .tv, confidence: 0.2)) == nil)
  }
}
