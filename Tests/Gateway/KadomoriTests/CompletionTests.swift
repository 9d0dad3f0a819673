import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// What is generated from the program's own word knows every command, and is right for who reads it.
@Suite struct CompletionTests {
  private static let program = Site.program("kadomori")
  private static let names = [
    "setup", "scan", "net", "check", "fix", "undo", "report", "watch", "wait", "status", "explain",
    "exposures", "events", "page",
  ]
  private static let manualPage = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../packaging/man-page").standardizedFileURL.path

  @Test(arguments: ["bash", "zsh", "fish"]) func `completions know every command`(shell: String) throws {
    let directory = try TemporaryDirectory()
    let script = try run(Self.program, ["--generate-completion-script", shell], in: directory, errors: false)
    #expect(script.status == 0)
    for name in Self.names { #expect(script.text.contains(name), "\(name)") }
    for option in ["--fail-on", "--bundle", "--dry-run"] {
      #expect(script.text.contains(shell == "fish" ? String(option.dropFirst(2)) : option), "\(option)")
    }
    let file = try directory.write("completion", script.text)
    let isThere = try run("sh", ["-c", "command -v \(shell)"], in: directory).status == 0
    if isThere {
      let read = try run(shell, ["-n", file], in: directory)
      #expect(read.status == 0 && read.text.isEmpty, "\(read.text)")
    }
  }

  @Test func `the manual page can be shown, and knows every command and exit code`() throws {
    let directory = try TemporaryDirectory()
    let page = try run("python3", [Self.manualPage, Self.program], in: directory, errors: false)
    #expect(page.status == 0)
    for name in Self.names { #expect(page.text.contains(".SS kadomori \(name)\n"), "\(name)") }
    for code in ["75   what was waited for", "4    something as bad"] {
      #expect(page.text.contains(code), "\(code)")
    }
    let file = try directory.write("kadomori.1", page.text)
    let shown = try run(
      "sh", ["-c", "LC_ALL=C man --warnings --local-file \(file) 2>&1 >/dev/null"], in: directory)
    #expect(shown.text.isEmpty, "\(shown.text)")
  }
}
