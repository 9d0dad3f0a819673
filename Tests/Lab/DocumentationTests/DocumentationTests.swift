import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// Documentation that says what is there: every command in it exists, and what can be run is run.
@Suite(.timeLimit(.minutes(1))) struct DocumentationTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .appending(path: "../../../..").standardizedFileURL

  private static let catalogue = "Sources/Kadomori.docc"

  static let documents: [Document] = {
    let articles = try? FileManager.default.contentsOfDirectory(
      atPath: repository.appending(path: catalogue).path)
    let names = (articles ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "\(catalogue)/\($0)" }
    return (["README.md", "firmware-profiles/README.md"] + names).compactMap {
      try? Document($0, in: repository)
    }
  }()

  static let typed = documents.flatMap(\.typed)

  /// Commands that are not run here, by how they begin, and why; their words are looked at all the same.
  private static let unrun = [
    ("packaging/", "builds, installs or measures; a part of .ci/run"),
    ("cat ", "shows a file of the reader's"),
    (
      "kadomori-collector profiles publish our-profiles",
      "names a folder of the reader's; as in WritingAProfile"
    ),
    (
      "kadomori-collector profiles rollback --to 2026",
      "names a version of the reader's; ProfileDeliveryTests"
    ),
    ("kadomori setup", "asks at a terminal; SetupTests"),
    ("kadomori wait ", "waits for an agent; packaging/newcomer types it"),
    ("kadomori plan", "needs an installed agent; packaging/newcomer types it"),
    ("kadomori confirm plan-", "needs a plan; packaging/newcomer types it"),
    ("kadomori report --output ", "needs a scan; packaging/newcomer types it"),
    ("kadomori net", "looks at the line of this machine; NetTests"),
    ("kadomori-collector campaign ", "scans for days; CampaignTests"),
    ("kadomori devices", "shows a LAN of the lab; HomeScanTests scan it"),
    ("kadomori enrol ", "needs a collector; EnrolTests"),
    ("kadomori close ", "changes a firewall; FirewallTests"),
    ("kadomori connect ", "needs an agent that waits; PowerRestorationTests"),
    ("kadomori-collector command ", "needs gateways; CommandPathTests"),
    ("kadomori-collector authorise ", "names a day that will be over; WideScanProgramTests"),
    ("kadomori-collector wide-scan ", "sends packets; WideScanProgramTests"),
    ("kadomori-collector user add ", "asks for a password; DashboardProgramTests"),
    ("kadomori-collector token add ", "needs a collector's store; DashboardProgramTests"),
    ("kadomori-train ", "needs captures that are not in the repository"),
  ]

  private static func words(of text: String) -> [String] {
    let end = text.firstIndex { "|>".contains($0) } ?? text.endIndex
    return text[..<end].split(separator: " ").map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]()'\",;"))
    }
  }

  @Test func `every command and option that is named exists`() throws {
    let directory = try TemporaryDirectory()
    let programs = ["kadomori", "kadomori-collector", "kadomori-lab", "kadomori-train"]
    let trees = try Dictionary(
      uniqueKeysWithValues: programs.map { ($0, try CommandTree(of: $0, in: directory)) })
    var looked = 0
    for command in Self.documents.flatMap({ $0.typed + $0.named }) {
      let words = Self.words(of: command.text)
      guard let program = words.first else { continue }
      looked += 1
      if program.hasPrefix("packaging/") {
        let path = Self.repository.appending(path: program).path
        #expect(FileManager.default.isExecutableFile(atPath: path), "\(command.testDescription)")
      } else if let tree = trees[program] {
        let fault = tree.fault(in: Array(words.dropFirst()))
        #expect(fault == nil, "\(command.testDescription): \(fault ?? "")")
      }
    }
    #expect(looked > 80)
    #expect(trees["kadomori"]?.fault(in: ["profile", "lint", "--no-such"]) != nil)
    #expect(trees["kadomori"]?.fault(in: ["profiel"]) != nil)
  }

  @Test(arguments: documents.map(\.name)) func `what can be run does what it says`(name: String) throws {
    let document = try #require(Self.documents.first { $0.name == name })
    let directory = try TemporaryDirectory()
    for file in document.files { try directory.write(file.name, file.text) }
    let environment = [
      "PATH=\(URL(fileURLWithPath: Site.program("kadomori")).deletingLastPathComponent().path):/usr/bin:/bin",
      "KADOMORI_PROFILES=\(Site.profiles)", "STATE_DIRECTORY=\(directory.path)/state",
      "RUNTIME_DIRECTORY=\(directory.path)/run", "LC_ALL=C.UTF-8",
    ]
    for command in document.typed where !Self.unrun.contains(where: { command.text.hasPrefix($0.0) }) {
      let ended = try run(
        "env", environment + ["sh", "-c", "cd '\(directory.path)' && \(command.text)"], in: directory)
      #expect(ended.status == 0, "\(command.testDescription)\n\(ended.text)")
    }
  }

  @Test func `no reason outlives its command`() {
    for (beginning, reason) in Self.unrun {
      #expect(Self.typed.contains { $0.text.hasPrefix(beginning) }, "\(beginning): \(reason)")
    }
    #expect(Self.typed.count > 25)
  }

  @Test func `the configuration in README is one that the agent takes`() throws {
    let directory = try TemporaryDirectory()
    let readme = try #require(Self.documents.first)
    let settings = try #require(readme.blocks.first { $0.language == "yaml" && $0.text.hasPrefix("lan:") })
    let file = try directory.write("kadomori.yaml", settings.text)
    let checked = try run(Site.program("kadomori"), ["config", "check", file], in: directory)
    #expect(checked.status == 0, "\(checked.text)")
  }

  @Test func `articles name files and rooms that are there`() throws {
    for document in Self.documents.dropFirst() {
      let text = try String(contentsOf: Self.repository.appending(path: document.name), encoding: .utf8)
      for match in text.matches(of: /`((?:Sources|Tests|packaging|firmware-profiles)\/[A-Za-z0-9\/.-]+)`/) {
        let path = Self.repository.appending(path: String(match.1)).path
        #expect(FileManager.default.fileExists(atPath: path), "\(document.name): \(match.1)")
      }
    }
  }

  @Test func `the catalogue is built without a word`() throws {
    let directory = try TemporaryDirectory()
    let found = try run("sh", ["-c", "command -v docc || exit 9"], in: directory)
    // Some toolchains come without it.
    guard found.status == 0 else { return }
    let built = try run(
      "docc",
      [
        "convert", Self.repository.appending(path: Self.catalogue).path, "--fallback-display-name",
        "Kadomori",
        "--fallback-bundle-identifier", "kadomori", "--output-dir", directory.path + "/out",
        "--warnings-as-errors",
      ], in: directory)
    #expect(built.status == 0, "\(built.text)")
  }
}
