import Foundation
import Testing

@testable import Lab

@Suite("Command line", .serialized)
struct CommandLineTests {
  @Test("up, list, show, exec and down work together")
  func together() throws {
    try withScratch { store in
      let program = try LabProgram()
      let up = try program.run(["up", "small", "--only", "telnet,water-logger", "--json"], store: store)
      try #require(up.status == 0, "\(up.errorText)")
      let document = try JSONDecoder().decode(LabDocument.self, from: up.output)
      #expect(document.schema == LabDocument.currentSchema)
      #expect(document.personas.map(\.name) == ["telnet", "water-logger"])
      #expect(try program.run(["show", "--json"], store: store).output == up.output)
      #expect(try program.run(["list"], store: store).text.hasPrefix("\(document.id)  small    standing"))
      #expect(try program.run(["exec", "gw", "--", "sh", "-c", "exit 42"], store: store).status == 42)
      let named = try program.run(
        ["exec", "--lab", document.id.description, "telnet", "--", "ip", "-br", "addr"], store: store)
      #expect(named.text.contains("192.168.77.11/24"))
      #expect(try program.run(["exec", "toaster", "--", "true"], store: store).status == 3)
      #expect(try program.run(["exec", "gw"], store: store).status == 64)
      #expect(try program.run(["down"], store: store).status == 0)
      #expect(try program.run(["down", document.id.description], store: store).status == 0)
      #expect(try program.run(["exec", "gw", "--", "true"], store: store).status == 3)
      #expect(Remains(of: document.id, in: store) == .nothing)
    }
  }

  @Test("without root, up says what it needs")
  func unprivileged() throws {
    try withScratch { store in
      let program = try LabProgram()
      let copy = "/tmp/kadomori-lab-\(UUID())"
      // Not copied by this process: a child of another test would hold the file open for writing.
      try Command(["cp", program.path, copy]).check()
      defer { try? FileManager.default.removeItem(atPath: copy) }
      var command = Command(["setpriv", "--reuid=65534", "--clear-groups", copy, "up", "small"])
      command.environment = ["KADOMORI_LAB_DIR": store.path]
      let result = try command.run()
      #expect(result.status == 77)
      #expect(result.errorText.contains("CAP_NET_ADMIN"))
    }
  }

  @Test("a missing package is named with the command that installs it")
  func missing() throws {
    try withScratch { store in
      let result = try LabProgram().run(
        ["up", "home"], store: store, environment: ["KADOMORI_LAB_VENV": "/nonexistent/venv"])
      #expect(result.status == 69)
      #expect(result.errorText.contains("PyPI project pymodbus"))
      #expect(result.errorText.contains("/nonexistent/venv/bin/pip install"))
      #expect(store.identifiers() == [])
    }
  }

  @Test(
    "wrong usage is refused",
    arguments: [["up", "castle"], ["up"], ["down", "NOPE"], ["down", "--all", "abcd"]])
  func usage(arguments: [String]) throws {
    try withScratch { store in
      let program = try LabProgram()
      #expect(try program.run(arguments, store: store).status == 64)
    }
  }
}
