import Foundation
import Testing

@testable import Lab

@Suite("Manifest")
struct ManifestTests {
  @Test("is the same after writing and reading")
  func roundTrip() throws {
    try withScratch { store in
      let (id, directory) = try store.makeDirectory()
      var manifest = Manifest(
        document: LabDocument(id: id, plan: .home, directory: directory, personas: LabPlan.home.personas))
      let keeper = try Command(["sleep", "1000"]).start(standard: (0, 1, 2))
      manifest.keeper = ProcessIdentity(keeper)
      manifest.state = .standing
      try manifest.write(to: directory)
      #expect(try Manifest(readFrom: directory) == manifest)
      #expect(manifest.namespaces.count == 3 + LabPlan.home.personas.count - 1)
      #expect(manifest.living(manifest.keeper) != nil)
      try LabRun.down(id, in: store)
      #expect(manifest.living(manifest.keeper) == nil)
    }
  }

  @Test("names no process of another boot as living")
  func otherBoot() throws {
    try withScratch { store in
      let (id, directory) = try store.makeDirectory()
      var manifest = Manifest(
        document: LabDocument(id: id, plan: .small, directory: directory, personas: LabPlan.small.personas))
      manifest.boot = "another"
      #expect(manifest.living(ProcessIdentity(getpid())) == nil)
    }
  }

  @Test(
    "of which the namespaces are not its own is refused", arguments: ["kdm-zzzz-gw", "init", "kdm-%-../x"])
  func foreignNamespace(name: String) throws {
    try withScratch { store in
      let (id, directory) = try store.makeDirectory()
      var manifest = Manifest(
        document: LabDocument(id: id, plan: .small, directory: directory, personas: []))
      manifest.namespaces.append(name.replacingOccurrences(of: "%", with: id.description))
      try manifest.write(to: directory)
      #expect(throws: LabError.self) { try Manifest(readFrom: directory) }
    }
  }

  @Test("of which half is missing is an error, not a crash")
  func truncated() throws {
    try withScratch { store in
      let (_, directory) = try store.makeDirectory()
      try Data("{\"version\": 1,".utf8).write(to: URL(fileURLWithPath: directory.manifest))
      #expect(throws: LabError.self) { try Manifest(readFrom: directory) }
    }
  }
}

@Suite("Process identity")
struct ProcessIdentityTests {
  @Test("reads the start time behind a name with spaces and parentheses")
  func startTime() {
    let fields = (3...52).map { String($0) }.joined(separator: " ")
    #expect(ProcessIdentity.startTime(inStat: "17 (a) b (c)) \(fields)") == 22)
    #expect(ProcessIdentity.startTime(inStat: "17 (short) S 1") == nil)
    #expect(ProcessIdentity.startTime(inStat: "") == nil)
  }

  @Test("tells a living process from one that ended")
  func alive() throws {
    #expect(ProcessIdentity(getpid())?.isAlive == true)
    let pid = try Command(["true"]).start(standard: (0, 1, 2))
    _ = ChildProcess.wait(pid)
    #expect(ProcessIdentity(pid) == nil)
  }
}

/// Calls `body` with a store in a directory of its own, which is removed afterwards with all its labs.
func withScratch(_ body: (LabStore) throws -> Void) throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "kadomori-lab-\(UUID())").path
  let store = LabStore(path: path)
  defer {
    for id in store.identifiers() { _ = try? LabRun.down(id, in: store) }
    try? FileManager.default.removeItem(atPath: path)
  }
  try body(store)
}
