import Foundation
import Testing

@testable import Lab

@Suite("Interrupted lab", .serialized)
struct InterruptionTests {
  @Test(
    "after SIGKILL of up at any moment, down leaves nothing",
    arguments: [20, 60, 100, 150, 200, 300, 500, 900])
  func killed(milliseconds: UInt32) throws {
    try withScratch { store in
      let program = try LabProgram()
      let pid = try program.start(["up", "home"], store: store)
      usleep(milliseconds * 1000)
      kill(pid, SIGKILL)
      _ = ChildProcess.wait(pid)
      let ids = store.identifiers()
      #expect(ids.count <= 1)
      #expect(try program.run(["down", "--all"], store: store).status == 0)
      for id in ids { #expect(Remains(of: id, in: store) == .nothing) }
      #expect(store.identifiers() == [])
    }
  }

  @Test("SIGINT makes up clean up by itself", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    try withScratch { store in
      let pid = try LabProgram().start(["up", "home"], store: store)
      let id = try first(in: store)
      usleep(100_000)
      kill(pid, signal)
      #expect(ChildProcess.wait(pid) == LabError.Code.interrupted.rawValue)
      #expect(Remains(of: id, in: store) == .nothing)
    }
  }

  @Test("down interrupts a lab that is still being built")
  func downWhileBuilding() throws {
    try withScratch { store in
      let program = try LabProgram()
      let pid = try program.start(["up", "home"], store: store)
      let id = try first(in: store)
      usleep(50_000)
      #expect(try program.run(["down", id.description], store: store).status == 0)
      #expect(ChildProcess.wait(pid) == LabError.Code.interrupted.rawValue)
      #expect(Remains(of: id, in: store) == .nothing)
    }
  }

  /// Waits until the program under test has begun a lab.
  private func first(in store: LabStore) throws -> LabIdentifier {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if let id = store.identifiers().first,
        FileManager.default.fileExists(atPath: store.directory(of: id).manifest)
      {
        return id
      }
      usleep(1000)
    }
    throw LabError(.failed, "the program did not begin a lab")
  }
}
