import Posture
import Settings
import Testing

@testable import Profiles

/// Examples in profiles, and what trying them tells.
struct ExampleTests {
  private static func file(_ examples: String) -> ProfileFile {
    ProfileFile(path: "x.yaml", bytes: Array("\(FaultyProfile.good)\nexamples:\n\(examples)\n".utf8))
  }

  private static func trial(_ examples: String) -> ProfileTrial {
    let file = file(examples)
    return ProfileTrial([file], in: ProfileSet([file.profile().value].compactMap(\.self)))
  }

  @Test func `an example that does as its file says is right, and no other`() {
    let trial = Self.trial(
      """
        - note: a box
          services: [{port: tcp/80, protocol: http, title: My Box}]
        - note: no box
          fits: false
          services: [{port: tcp/80, protocol: http, title: My Bag}]
        - note: a bag
          services: [{port: tcp/80, protocol: http, title: My Bag}]
        - note: a box again
          fits: false
          services: [{port: tcp/80, protocol: http, title: Box}]
      """)
    #expect(trial.outcomes.map(\.isRight) == [true, true, false, false])
    #expect(trial.untried == [])
    #expect(Self.trial("  - {note: bag, fits: false, names: bag}").untried == ["x"])
  }

  @Test func `mistakes in examples are mistakes of the profile`() {
    for (text, message) in [
      ("  - {fits: true}", "'note' is missing"),
      ("  - {note: a, mac: zz}", "'zz' is no hardware address"),
      ("  - {note: a, services: [{port: tcp/80}]}", "'protocol' is missing"),
      ("  - {note: a, services: [{port: tcp/80, protocol: http, tilte: b}]}", "did you mean 'title'?"),
    ] {
      let reading = Self.file(text).profile()
      #expect(reading.value == nil)
      #expect(reading.diagnostics.contains { $0.description.contains(message) }, "\(reading.diagnostics)")
    }
  }

  @Test func `every example that is shipped is right, and every new profile has one`() throws {
    let files = try SettingsFile.names(in: profileFolder, suffix: ".yaml").map {
      try ProfileFile(path: "\(profileFolder)/\($0)")
    }
    let trial = ProfileTrial(files, in: shipped.set)
    #expect(
      trial.wrong.map { "\($0.profile): \($0.example.note): \($0.best?.profile.id ?? "none")" } == [])
    #expect(trial.outcomes.count >= 180)
    // Those without one are shown by the devices of these tests.
    let seen = Set((SeenDevice.lab + SeenDevice.field).compactMap(\.profile))
    #expect(trial.untried.filter { !seen.contains($0) } == [])
  }
}
