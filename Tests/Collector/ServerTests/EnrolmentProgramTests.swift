import BrokerFixture
import Foundation
import Testing

/// Enrolment as a provider sets it up: a broker of their own with the printed configuration, and gateways that ask.
@Suite(.serialized, .timeLimit(.minutes(2))) struct EnrolmentProgramTests {
  /// Makes a key and a request with openssl, enrols with a token, uses it again with another key, and renews.
  private static let gateway = """
    import http.client, json, ssl, subprocess, sys
    authorities, port, token = sys.argv[1:]
    def request(name):
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", name + ".key", "-subj", "/CN=any", "-out", name + ".csr"], check=True, stderr=subprocess.DEVNULL)
        return open(name + ".csr").read()
    def ask(path, document):
        context = ssl.create_default_context(cafile=authorities)
        door = http.client.HTTPSConnection("localhost", int(port), context=context, timeout=10)
        door.request("POST", path, json.dumps(document))
        answer = door.getresponse()
        return answer.status, json.loads(answer.read())
    credential = token.rsplit(".", 1)[0]
    csr = request("own")
    status, found = ask("/v1/enrol", {"token": credential, "csr": csr})
    print(status, found.get("group"), len(found["operator_keys"]))
    with open("own.crt", "w") as file:
        file.write(found["certificate"])
    status, refused = ask("/v1/enrol", {"token": credential, "csr": request("second")})
    print(status, refused["error"])
    status, renewed = ask("/v1/renew", {"certificate": found["certificate"], "csr": csr})
    print(status, renewed["gateway"] == found["gateway"])
    print(found["gateway"])
    """

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private var state: String { directory.path + "/state" }

  private static let program = CollectorProgram.path

  private func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
    let output = directory.path + "/output-\(UInt64.random(in: 0 ... .max))"
    let script = "cd \(directory.path) && exec \"$0\" \"$@\" 2>/dev/null"
    let status = try ChildProgram("sh", ["-c", script, name] + arguments, output: output).wait()
    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    return (status, text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private func collector(_ arguments: String...) throws -> String {
    let result = try run(Self.program, arguments + ["--state", state])
    try #require(result.status == 0, "\(arguments): \(result)")
    return result.text
  }

  @Test func `a gateway gets its certificate for a token, once, and loses it when revoked`() throws {
    let (broker, door) = (try freePort(), try freePort())
    let files = state + "/enrolment/"
    let configuration = try collector(
      "broker-config", "--listen", "127.0.0.1:\(broker)", "--name", "localhost", "--user", "root",
      "--collector", "tokyo")
    let kept = try directory.write(
      "mosquitto.conf", configuration.replacing("/var/lib/mosquitto/", with: directory.path + "/"))
    let mosquitto = try ChildProgram("mosquitto", ["-c", kept], output: directory.path + "/mosquitto.log")
    try waitForListener(on: broker)

    #expect(try run(Self.program, ["command-key", "create", "--out", "operator.key"]).status == 0)
    let key = try run(Self.program, ["command-key", "show", "operator.key"]).text
    let keys = try directory.write("operators.json", "[\(key)]")
    let settings = try directory.write(
      "collector.yaml",
      """
      collector: tokyo
      enrolment:
        listen: 127.0.0.1:\(door)
        names: [localhost]
        broker: {host: localhost, port: \(broker)}
        operator_keys: \(keys)
      broker:
        host: localhost
        port: \(broker)
        tls: {authorities: \(files)authorities.crt, certificate: \(files)collector.crt, key: \(files)collector.key}

      """)
    let service = try ChildProgram(
      Self.program, ["run", "--config", settings, "--state", state], output: directory.path + "/log")
    try waitForListener(on: door)

    let token = try collector("enrol-token", "create", "--group", "area-1")
    let asked = try run(
      "python3", ["-c", Self.gateway, files + "authorities.crt", "\(door)", token])
    let lines = asked.text.split(separator: "\n").map(String.init)
    try #require(lines.count == 4, "\(asked)")
    #expect(lines.dropLast() == ["200 area-1 1", "403 token_used", "200 True"])
    let id = lines[3]

    func publish(as gateway: String) throws -> Int32 {
      try run(
        "mosquitto_pub",
        [
          "-h", "localhost", "-p", "\(broker)", "--cafile", files + "authorities.crt", "--cert", "own.crt",
          "--key", "own.key", "-V", "5", "-q", "1", "-t", "kadomori/v1/\(gateway)/evt/device", "-m", "{}",
        ]
      ).status
    }
    #expect(try publish(as: id) == 0)
    _ = try collector("revoke", id, "--broker", "\(mosquitto.id)", "--collector", "tokyo")
    // The broker reads its lists between two turns of its loop.
    var isOut = false
    for _ in 0..<300 where !isOut {
      isOut = try publish(as: id) != 0
      if !isOut { usleep(100_000) }
    }
    #expect(isOut, "a revoked gateway can still speak")
    // The collector has no hold on another's broker, and says so.
    let word = "\(id). The lists have it; have the broker read them again"
    for _ in 0..<6000 where !directory.read("log").contains(word) { usleep(10_000) }
    #expect(directory.read("log").contains(word))

    // The broker is there for others, and the collector stored what came before.
    let second = try collector("enrol-token", "create")
    let again = try run("python3", ["-c", Self.gateway, files + "authorities.crt", "\(door)", second])
    let other = try #require(again.text.split(separator: "\n").last.map(String.init))
    #expect(try publish(as: other) == 0)
    #expect(try collector("set-aside", "--json").contains("kadomori/v1/\(id)/evt/device"))
    _ = service
  }
}
