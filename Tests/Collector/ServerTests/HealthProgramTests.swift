import BrokerFixture
import Foundation
import Testing

/// What the collector says of itself: to a supervisor, to Prometheus, and to who looks for what is wrong.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HealthProgramTests {
  private func ask(_ port: UInt16, _ path: String, _ more: String..., in directory: TemporaryDirectory) throws
    -> (
      status: String, body: String
    )
  {
    let answer = try run(
      "curl",
      ["--silent", "--max-time", "30", "--write-out", "\n%{http_code}", "http://127.0.0.1:\(port)\(path)"]
        + more,
      in: directory)
    let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: false)
    return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
  }

  private func wait(_ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(90)
    while try !condition() {
      try #require(ContinuousClock.now < end, "waited in vain")
      poll(nil, 0, 50)
    }
  }

  private func doctor(_ directory: TemporaryDirectory, _ more: String...) throws -> (
    Int32, [String: [String: Any]]
  ) {
    let result = try run(
      CollectorProgram.path, ["doctor", "--json", "--config", directory.path + "/c.yaml"] + more,
      in: directory,
      errors: false)
    #expect(try Schemas.faults(of: result.text, by: "doctor") == "", "\(result)")
    let document = try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any]
    let steps = try #require(document?["doctor"] as? [[String: Any]])
    return (result.status, Dictionary(uniqueKeysWithValues: steps.map { ($0["step"] as? String ?? "", $0) }))
  }

  @Test func `says whether it is ready, how busy it is, and what is wrong with it`() throws {
    let directory = try TemporaryDirectory()
    let broker = try Broker()
    let port = try freePort()
    try directory.write("secret", "anything\n")
    try directory.write(
      "c.yaml",
      """
      collector: measured
      state: \(directory.path)/state
      broker: {host: 127.0.0.1, port: \(broker.port), user: anna, password_file: \(directory.path)/secret}
      health: {listen: 127.0.0.1:\(port)}

      """)
    var (status, steps) = try doctor(directory)
    #expect(status == 5 && steps["state"]?["cause"] as? String == "missing")
    #expect(steps["broker"]?["outcome"] as? String == "ok")

    let program = try ChildProgram(
      CollectorProgram.path, ["run", "--config", directory.path + "/c.yaml"], output: directory.path + "/log")
    try wait { try ask(port, "/readyz", in: directory).status == "200" }
    #expect(try ask(port, "/healthz", in: directory) == ("200", "{\"status\":\"alive\"}"))
    #expect(try ask(port, "/secret", in: directory).status == "404")
    #expect(try ask(port, "/metrics", "--data", "x", in: directory).status == "405")
    #expect(
      try ask(port, "/healthz", "--header", "X: " + String(repeating: "x", count: 9000), in: directory).status
        == "400")
    let numbers = try ask(port, "/metrics", in: directory)
    #expect(numbers.status == "200" && numbers.body.contains("kadomori_broker_connected 1\n"))
    #expect(numbers.body.contains("kadomori_gateways{state=\"online\"} 0\n"))
    let isText = numbers.body.split(separator: "\n").allSatisfy { line in
      line.hasPrefix("# ") || Double(line.split(separator: " ").last ?? "") != nil
    }
    #expect(isText, "\(numbers.body)")

    chmod(directory.path + "/secret", 0o644)
    (status, steps) = try doctor(directory)
    #expect(status == 5 && steps["secrets"]?["cause"] as? String == "open_to_others")
    chmod(directory.path + "/secret", 0o600)
    (status, steps) = try doctor(directory)
    #expect(status == 0, "\(steps)")
    #expect(steps["service"]?["outcome"] as? String == "ok" && steps["store"]?["outcome"] as? String == "ok")
    let japanese = try run(
      CollectorProgram.path, ["doctor", "--language", "ja", "--config", directory.path + "/c.yaml"],
      in: directory)
    #expect(japanese.status == 0 && japanese.text.contains("状態ディレクトリー"))

    broker.crash()
    try wait { try ask(port, "/readyz", in: directory).status == "503" }
    #expect(try ask(port, "/readyz", in: directory).body.contains("no session at the broker"))
    #expect(try ask(port, "/healthz", in: directory).status == "200")
    (status, steps) = try doctor(directory)
    #expect(status == 5 && steps["broker"]?["cause"] as? String == "unreachable")
    try broker.restart()
    try wait { try ask(port, "/readyz", in: directory).status == "200" }
    program.kill(SIGTERM)
    #expect(try doctor(directory).1["service"]?["cause"] as? String == "not_running")
  }
}
