import Addresses
import Posture
import Settings
import Testing
import Wording

@testable import Profiles

/// A member of a family says what is its own, and takes over the rest.
struct FamilyTests {
  private static func need(_ name: ServiceProtocol, _ text: String) -> PortNeed {
    PortNeed(protocol: name, why: LocalizedText(ja: "\(text)。", en: "\(text)."))
  }

  private static func profile(
    _ id: String, family: String? = nil, kind: DeviceKind = .printer, _ confidence: Double, server: String,
    needs: [PortNeed] = [], unneeded: [PortNeed] = []
  ) -> FirmwareProfile {
    FirmwareProfile(
      id: id, family: family, title: LocalizedText(ja: "箱", en: "Box"), kind: kind,
      reads: FactSources(model: family == nil ? .init(protocol: .mdns, fact: .product) : nil),
      recognise: [
        .init(
          confidence: confidence,
          condition: .service(ServicePattern(facts: [.server: TextMatch(.contains, [server])])))
      ], needs: needs, unneeded: unneeded,
      bad: family == nil
        ? [KnownBad(check: "c", when: .all([]), known: LocalizedText(ja: "悪", en: "bad"))] : [],
      advice: LocalizedText(ja: "助言。", en: "Advice."))
  }

  private static let family = profile(
    "printers", 0.9, server: "Print", needs: [need(.ipp, "family"), need(.ftp, "family")])
  private static let member = profile(
    "canon", family: "printers", 0.7, server: "Canon", needs: [need(.snmp, "own")],
    unneeded: [need(.ftp, "own")])

  private static func device(_ server: String) -> Device {
    Device(id: "d", services: [Service(port: .tcp(80), protocol: .http, facts: [.server: server])])
  }

  @Test func `what a member does not say holds as the family says it`() throws {
    let set = ProfileSet([Self.member, Self.family])
    let canon = try #require(set["canon"])
    #expect(canon.needs.map(\.protocol) == [.snmp, .ipp])
    #expect(canon.verdict(on: Service(port: .tcp(21), protocol: .ftp)).need == .no)
    #expect(canon.bad.map(\.check) == ["c"] && canon.reads.model?.protocol == .mdns)
    #expect(set["printers"] == Self.family)
    // Whoever replaces the family changes what its members take over.
    var local = Self.family
    local.author = .local
    local.needs = []
    #expect(ProfileSet([Self.member, Self.family, local])["canon"]?.needs.map(\.protocol) == [.snmp])
    #expect(ProfileSet([Self.member])["canon"] == Self.member)
  }

  @Test func `a member goes before its family, and is no less sure of the kind`() {
    let set = ProfileSet([Self.member, Self.family])
    let both = set.matches(of: Self.device("Canon Print"))
    #expect(both.map(\.profile.id) == ["canon", "printers"])
    #expect(both.map(\.confidence) == [0.9, 0.9])
    #expect(set.matches(of: Self.device("Print")).map(\.profile.id) == ["printers"])
    #expect(set.matches(of: Self.device("Canon")).map(\.confidence) == [0.7])
    // Of another kind than the family, it has only its own word.
    var fax = Self.member
    fax.kind = .appliance
    let other = ProfileSet([fax, Self.family]).matches(of: Self.device("Canon Print"))
    #expect(other.map(\.profile.id) == ["canon", "printers"] && other[0].confidence == 0.7)
  }

  @Test func `a family that nobody wrote is told`() throws {
    let folder = try TemporaryFolder()
    folder.write("x.yaml", FaultyProfile.good.replacing("kind:", with: "family: nobody\nkind:"))
    let (set, diagnostics) = ProfileSet.load(shipped: folder.path, local: "/nonexistent")
    #expect(set["x"] != nil)
    #expect(diagnostics.map(\.description).contains { $0.contains("no profile is called 'nobody'") })
  }

  @Test func `of one id the local profile counts, then the delivered`() {
    func written(_ author: FirmwareProfile.Author) -> FirmwareProfile {
      var profile = Self.family
      profile.author = author
      return profile
    }
    let all = FirmwareProfile.Author.allCases.map(written)
    #expect(ProfileSet(all.reversed())["printers"]?.author == .local)
    #expect(ProfileSet([written(.delivered), written(.shipped)])["printers"]?.author == .delivered)
  }
}
