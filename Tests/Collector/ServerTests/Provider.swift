import BrokerFixture
import Foundation
import Glibc
import MQTTClient
import Testing

/// A provider: a collector with a broker of its own, its command line, and gateways made of openssl and python.
final class Provider {
  let directory: TemporaryDirectory
  let door: UInt16
  let broker: UInt16
  let configuration: String
  private var service: ChildProgram?

  /// Writes the configuration; `more` is added to `enrolment:`, line by line.
  ///
  /// Gateways are sent to `host`, and its name is in the broker's certificate.
  init(_ more: String = "", host: String = "localhost") throws {
    directory = try TemporaryDirectory()
    door = try freePort()
    broker = try freePort()
    let lines = more.split(separator: "\n").map { "\n  " + $0 }.joined()
    configuration = try directory.write(
      "collector.yaml",
      """
      collector: tokyo
      enrolment:
        listen: 127.0.0.1:\(door)
        names: [localhost, \(host)]
        broker: {host: \(host), port: \(broker)}\(lines)

      """)
  }

  /// Asked to end, the collector ends its broker too; killed, it could not.
  deinit { stop() }

  /// Ends the collector, and returns its exit status when it is gone.
  @discardableResult
  func stop() -> Int32? {
    service?.signal(SIGTERM)
    return service?.wait()
  }

  var state: String { directory.path + "/state" }
  var authorities: String { state + "/enrolment/authorities.crt" }

  /// Starts the collector, and returns when gateways may come.
  func start() throws { try start(["--config", configuration]) }

  /// Starts it with other arguments, and returns when it has its broker.
  func start(_ arguments: [String]) throws {
    let times = log.components(separatedBy: "connected to").count
    service = try ChildProgram(
      CollectorProgram.path, ["run", "--state", state] + arguments, output: directory.path + "/log")
    try logged("connected to", times: times)
  }

  /// Runs a program in the directory to its end; what it prints, with what it says where it fails.
  func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, text: String, said: String) {
    let output = "output-\(UInt64.random(in: 0 ... .max))"
    // What never ends by itself is as wrong as what fails.
    let script = "cd \(directory.path) && exec timeout 60 \"$0\" \"$@\" 2>\(output).said"
    let status = try ChildProgram(
      "sh", ["-c", script, name] + arguments, output: directory.path + "/" + output
    ).wait()
    func read(_ name: String) -> String {
      directory.read(name).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return (status, read(output), read(output + ".said"))
  }

  /// Runs a command of the collector's with this configuration.
  func command(_ arguments: String...) throws -> (status: Int32, text: String, said: String) {
    try run(CollectorProgram.path, arguments + ["--state", state])
  }

  /// Runs one that has to succeed, and returns what it prints.
  @discardableResult
  func done(_ arguments: String...) throws -> String {
    let result = try run(CollectorProgram.path, arguments + ["--state", state])
    try #require(result.status == 0, "\(arguments): \(result)")
    return result.text
  }

  /// What a letter in the directory says, line by line.
  func letter(_ name: String) throws -> String {
    let result = try run("pdftotext", [name, "-"])
    try #require(result.status == 0, "\(result)")
    return result.text
  }

  /// Runs one that has to succeed, and checks what it prints by its schema.
  func json(_ schema: String, _ arguments: String...) throws -> [String: Any] {
    let result = try run(CollectorProgram.path, arguments + ["--json", "--state", state])
    try #require(result.status == 0, "\(arguments): \(result)")
    #expect(try Schemas.faults(of: result.text, by: schema) == "", "\(result.text)")
    return try #require(try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any])
  }

  /// Makes a key where there is none of that name, and enrols; returns `200` and the gateway, or status and error.
  func enrol(_ name: String, token: String) throws -> (status: String, word: String) {
    try ask([authorities, "\(door)", name, "token", token])
  }

  func enrol(_ name: String, claim folder: String) throws -> (status: String, word: String) {
    try ask([authorities, "\(door)", name, "claim", folder])
  }

  private func ask(_ arguments: [String]) throws -> (status: String, word: String) {
    let result = try run("python3", ["-c", Self.gateway] + arguments)
    let words = result.text.split(separator: " ").map(String.init)
    try #require(words.count == 2, "\(result)")
    return (words[0], words[1])
  }

  /// Enrols a new gateway with a token of its own.
  func gateway(_ name: String, group: String? = nil) throws -> String {
    let options = ["--config", configuration] + (group.map { ["--group", $0] } ?? [])
    let made = try run(CollectorProgram.path, ["enrol-token", "create", "--state", state] + options)
    try #require(made.status == 0, "\(made)")
    let answer = try enrol(name, token: made.text)
    try #require(answer.status == "200", "\(answer)")
    return answer.word
  }

  /// Publishes with the certificate `name`, or none; 0 where the broker took it.
  func publish(as name: String?, _ topic: String, _ payload: String = "{}") throws -> Int32 {
    let identity = name.map { ["--cert", $0 + ".crt", "--key", $0 + ".key"] } ?? []
    return try run(
      "mosquitto_pub",
      ["-h", "localhost", "-p", "\(broker)", "--cafile", authorities, "-V", "5", "-q", "1"] + identity
        + ["-t", topic, "-m", payload]
    ).status
  }

  /// Connects with the certificate `name`; throws where the broker does not let it in.
  func connected(_ name: String) throws -> Pump {
    let files = directory.path + "/" + name
    let pump = try Pump(
      MQTTConfiguration(
        clientID: name, cleanStart: true,
        security: MQTTSecurity(
          authorities: authorities, certificate: files + ".crt", key: files + ".key",
          serverName: "localhost")), to: broker)
    let event = try pump.wait {
      switch $0 {
      case .connected, .refused, .disconnected: true
      default: false
      }
    }
    guard case .connected = event else { throw FixtureError("not connected: \(event)") }
    return pump
  }

  var log: String { directory.read("log") }

  /// Waits until the log has a text, so many times.
  func logged(_ text: String, times: Int = 1) throws {
    for _ in 0..<2000 {
      if log.components(separatedBy: text).count > times { return }
      poll(nil, 0, 10)
    }
    throw FixtureError("'\(text)' is not in the log:\n\(log)")
  }

  private static let gateway = """
    import base64, http.client, json, os, ssl, subprocess, sys
    authorities, port, name, kind, credential = sys.argv[1:]
    if not os.path.exists(name + ".key"):
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", name + ".key", "-subj", "/CN=any", "-out", name + ".csr"], check=True, stderr=subprocess.DEVNULL)
    document = {"csr": open(name + ".csr").read()}
    if kind == "token":
        document["token"] = credential.rsplit(".", 1)[0]
    else:
        signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", credential + "/claim.key", name + ".csr"],
            check=True, capture_output=True)
        document["signature"] = base64.b64encode(signed.stdout).decode()
        document["claim_certificate"] = open(credential + "/claim.crt").read()
    context = ssl.create_default_context(cafile=authorities)
    door = http.client.HTTPSConnection("localhost", int(port), context=context, timeout=10)
    door.request("POST", "/v1/enrol", json.dumps(document))
    answer = door.getresponse()
    found = json.loads(answer.read())
    if answer.status == 200:
        with open(name + ".crt", "w") as file:
            file.write(found["certificate"])
    print(answer.status, found.get("error", found.get("gateway")))
    """
}
