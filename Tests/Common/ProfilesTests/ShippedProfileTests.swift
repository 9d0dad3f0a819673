import Addresses
import Posture
import Profiles
import Settings
import Testing
import Wording

struct ShippedProfileTests {
  @Test func allAreReadWithoutAWord() {
    #expect(shipped.diagnostics.map(\.description) == [])
    #expect(shipped.set.profiles.count >= 147)
    #expect(shipped.set.profiles.count { $0.role == .gateway } == 8)
  }

  @Test(arguments: SeenDevice.lab + SeenDevice.field)
  func recognises(seen: SeenDevice) {
    let matches = shipped.set.matches(of: seen.device)
    let all = matches.map { "\($0.profile.id) \($0.confidence) \($0.evidence)" }
    #expect(matches.first?.profile.id == seen.profile, "\(all)")
    if let best = matches.first {
      #expect(!best.evidence.isEmpty)
      #expect((0.5...0.99).contains(best.confidence))
      let applied = best.applied(to: seen.device)
      #expect(applied.profile == best.profile.id && applied.kind == best.profile.kind)
      #expect(applied.services.count == seen.device.services.count)
    }
  }

  @Test(arguments: shipped.set.profiles)
  func isWorthShipping(profile: FirmwareProfile) throws {
    #expect(profile.author == .shipped)
    #expect(profile.sources.allSatisfy { $0.hasPrefix("http") || $0.contains { $0.isNumber } })
    #expect(
      !profile.title.ja.contains("。") && profile.advice.ja.hasSuffix("。") && profile.advice.en.hasSuffix("."))
    for need in profile.needs + profile.unneeded {
      #expect(need.why.ja.hasSuffix("。") && need.why.en.hasSuffix("."), "\(need.protocol)")
    }
    if profile.role == .device {
      let seen = SeenDevice.lab + SeenDevice.field
      let examples = try ProfileFile(path: "\(profileFolder)/\(profile.id).yaml").examples()
      #expect(
        seen.contains { $0.profile == profile.id } || examples.contains(where: \.fits),
        "no device of the tests, and none in its file, shows it")
    }
  }

  @Test func orderOfServicesAndProfilesDoesNotMatter() {
    let reversed = ProfileSet(shipped.set.profiles.reversed())
    #expect(reversed == shipped.set)
    for seen in SeenDevice.lab + SeenDevice.field {
      var turned = seen.device
      turned.services.reverse()
      #expect(shipped.set.match(turned)?.profile.id == shipped.set.match(seen.device)?.profile.id)
      #expect(shipped.set.match(turned)?.confidence == shipped.set.match(seen.device)?.confidence)
    }
  }

  @Test func gatewaysNeedWhatTheirHouseholdNeeds() throws {
    let home = try #require(shipped.set["gateway-home"])
    #expect(home.need(.udp(53), from: .lan)?.protocol == .dns)
    #expect(home.need(.udp(53), from: .wan) == nil)
    #expect(home.need(.tcp(23), from: .lan) == nil)
    let industrial = try #require(shipped.set["gateway-industrial"])
    #expect(industrial.need(.tcp(502), from: .lan) == nil)
    #expect(industrial.need(.udp(500), from: .wan) != nil)
  }
}
