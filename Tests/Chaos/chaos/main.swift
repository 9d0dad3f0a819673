import BrokerFixture
import Glibc

/// Writes a line at once: whoever writes may be killed right after it.
func say(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = write(STDOUT_FILENO, line, line.count)
}

/// Ends only when everything that was started has been ended and removed.
func runViolence(_ words: [String]) throws -> Bool { try Violence(Plan(words)).run() }

// Two roles in one program: the one who kills, and the agent that is killed.
let words = Array(CommandLine.arguments.dropFirst())
do {
  switch words.first {
  case "agent" where words.count == 4:
    try ChaosAgent(Desk(directory: words[1]), state: words[2], findings: Int(words[3]) ?? 0).run()
  case "run": exit(try runViolence(Array(words.dropFirst())) ? 0 : 1)
  default:
    say(Plan.usage)
    exit(64)
  }
} catch {
  say("chaos: \(error)")
  exit(1)
}
