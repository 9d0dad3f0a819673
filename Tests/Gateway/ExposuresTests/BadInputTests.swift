import Foundation
import SiteFixture
import Testing

/// What goes wrong on the command line has its message and its documented exit code.
@Suite(.serialized) struct BadInputTests {
  /// Runs the program in a namespace without any network; as nobody where `user` says so.
  private func kadomori(_ arguments: [String], user: Int = 0) throws -> (
    status: Int32, text: String, errors: String
  ) {
    let process = Process()
    let output = Pipe(), errors = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments =
      ["-n", "setpriv", "--reuid", "\(user)", "--clear-groups", Site.program("kadomori")] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(Site.environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text, told)
  }

  private func temporary() throws -> URL {
    let directory = FileManager.default.temporaryDirectory.appending(path: "exposures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }

  @Test func mistakesAreToldWithAdvice() throws {
    let directory = try temporary()
    defer { try? FileManager.default.removeItem(at: directory) }
    let state = ["--state", directory.path]
    let missing = try kadomori(["exposures", "--lan", "nosuch0"] + state)
    #expect(missing.status == 3 && missing.errors.contains("nosuch0") && missing.errors.contains("ip link"))
    for address in [
      "ftp://192.0.2.1/", "http://router.example/", "http://192.0.2.1:0/", "http://192.0.2.1:99999/x",
    ] {
      let wrong = try kadomori(["exposures", "--upnp", address] + state)
      #expect(wrong.status == 64 && wrong.errors.contains("http://192.0.2.1:5000/rootDesc.xml"), "\(address)")
    }
    let nobody = try kadomori(["exposures", "--upnp", "http://127.0.0.1:5000/x"] + state)
    #expect(nobody.status == 69 && nobody.errors.contains("127.0.0.1:5000"))
    let listing = directory.appending(path: "listing.json")
    for text in ["", "{", "{\"nftables\": 5}", "[]", String(repeating: "[", count: 100_000)] {
      try text.write(to: listing, atomically: true, encoding: .utf8)
      let wrong = try kadomori(["exposures", "--ruleset", listing.path] + state)
      #expect(
        wrong.status == 65 && wrong.errors.contains("listing.json"), "\(text.prefix(20)): \(wrong.errors)")
      #expect(wrong.text.isEmpty)
    }
    let configuration = directory.appending(path: "kadomori.yaml")
    try "lan: [{interface: gone0}]\n".write(to: configuration, atomically: true, encoding: .utf8)
    let gone = try kadomori(["exposures", "--json", "--config", configuration.path] + state)
    #expect(gone.status == 0 && gone.text.contains("gone0"), "the rest is told all the same")
  }

  @Test func aPlanThatCannotBeKeptIsNone() throws {
    let directory = try temporary()
    defer { try? FileManager.default.removeItem(at: directory) }
    let refused = try kadomori(["plan", "--state", directory.path], user: 65_534)
    #expect(refused.status == 77 && refused.errors.contains("sudo") && refused.text.isEmpty)
    let file = directory.appending(path: "file")
    try "".write(to: file, atomically: true, encoding: .utf8)
    let impossible = try kadomori(["plan", "--state", file.path])
    #expect(impossible.status == 73 && impossible.text.isEmpty)
    let kept = try kadomori(["plan", "--json", "--state", directory.path + "/new"])
    #expect(kept.status == 0 && FileManager.default.fileExists(atPath: directory.path + "/new/plan.json"))
  }
}
