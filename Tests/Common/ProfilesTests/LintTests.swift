import Profiles
import Settings
import Testing

struct LintTests {
  @Test func aGoodProfilePasses() {
    #expect(read(FaultyProfile.good).diagnostics == [])
    #expect(read(FaultyProfile.good).value?.id == "x")
  }

  @Test(arguments: FaultyProfile.all)
  func pointsAtTheMistake(faulty: FaultyProfile) {
    let lines = read(faulty.text).diagnostics.map(\.description)
    #expect(lines.count == faulty.lines.count, "\(lines)")
    for (line, expected) in zip(lines, faulty.lines) {
      #expect(line == expected || line.hasPrefix(expected + " Known:"), "\(line)")
    }
    let isUsable = read(faulty.text).value != nil
    #expect(isUsable == lines.allSatisfy { $0.contains(": warning: ") })
  }

  @Test func conditionsHaveABottom() {
    let deep =
      String(repeating: "{all: [", count: 6) + "{name: {equals: a}}" + String(repeating: "]}", count: 6)
    let text = FaultyProfile.good.replacing(
      "service: {protocol: http, title: {contains: Box}}", with: "any: [\(deep)]")
    let lines = read(text).diagnostics.map(\.description)
    #expect(lines.contains { $0.contains("nested more than 4 levels deep") })
  }

  @Test func gatewaysListPorts() {
    let text = FaultyProfile.good.replacing("role: device", with: "role: gateway").replacing(
      "- port: tcp/80\n   ", with: "-")
    #expect(
      read(text).diagnostics.map(\.description)
        == ["x.yaml:9:3: field 'needs': a gateway's profile lists its needs, each with a port"])
  }

  @Test func comparesChecksWithTheCatalogue() {
    let bad = """

      bad:
        - check: telnet-opne
          when: {service: {protocol: telnet}}
          known: {ja: 悪い。, en: Bad.}
          sources: [RFC 854]
      """
    let file = ProfileFile(path: "d/x.yaml", bytes: Array((FaultyProfile.good + bad).utf8))
    #expect(ProfileLint.lint([file]) == [])
    #expect(
      ProfileLint.lint([file], checks: ["telnet-open", "ftp-open"]).map(\.description)
        == ["d/x.yaml:16:12: field 'bad[0].check': 'telnet-opne' is no check; did you mean 'telnet-open'?"])
  }

  @Test func saysWhenTwoFilesHaveOneID() {
    let bytes = Array(FaultyProfile.good.utf8)
    let files = [ProfileFile(path: "a/x.yaml", bytes: bytes), ProfileFile(path: "b/x.yaml", bytes: bytes)]
    #expect(
      ProfileLint.lint(files).map(\.description)
        == ["b/x.yaml: warning: field 'id': another file has the same id: a/x.yaml; only one of them is used"]
    )
  }

  @Test func aFileThatIsNotThereIsADiagnostic() {
    #expect(ProfileLint.lint(paths: ["/nonexistent/x.yaml"]).map(\.severity) == [.error])
  }

  @Test func randomDamageNeverTraps() {
    var chance = ScriptedChance(seed: 7)
    let good = Array(FaultyProfile.good.utf8)
    for _ in 0..<2000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...6, using: &chance) {
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        switch Int.random(in: 0..<3, using: &chance) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
        case 1: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &chance))
        default: bytes.removeSubrange(place..<min(bytes.count - 1, place + 4))
        }
      }
      let reading = ProfileFile(path: "x.yaml", bytes: bytes).profile()
      #expect(reading.value != nil || reading.hasErrors)
    }
  }
}
