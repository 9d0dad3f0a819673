import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// A provider whose broker speaks MQTT 3.1.1 alone: RabbitMQ before 3.13 knows no MQTT 5.
@Suite(.serialized, .timeLimit(.minutes(3))) struct OldBrokerTests {
  /// Starts RabbitMQ with its MQTT plugin on a loopback port, and returns when it listens.
  ///
  /// In a process namespace of its own, for Erlang leaves a daemon behind that others would find.
  private static func start(in directory: TemporaryDirectory, port: UInt16) throws -> ChildProgram {
    let path = directory.path
    try directory.write(
      "rabbitmq.conf",
      """
      listeners.tcp = none
      mqtt.listeners.tcp.1 = 127.0.0.1:\(port)
      mqtt.allow_anonymous = true

      """)
    try directory.write("enabled_plugins", "[rabbitmq_mqtt].\n")
    let settings = [
      "HOME=\(path)", "RABBITMQ_NODENAME=kadomori@localhost", "RABBITMQ_CONFIG_FILE=\(path)/rabbitmq.conf",
      "RABBITMQ_ENABLED_PLUGINS_FILE=\(path)/enabled_plugins", "RABBITMQ_MNESIA_BASE=\(path)/mnesia",
      "RABBITMQ_LOG_BASE=\(path)/log", "RABBITMQ_DIST_PORT=\(try freePort())",
      "ERL_EPMD_ADDRESS=127.0.0.1", "ERL_EPMD_PORT=\(try freePort())",
    ]
    let broker = try ChildProgram(
      "unshare",
      ["--pid", "--fork", "--kill-child", "env"] + settings + ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
      output: path + "/broker.log")
    for attempt in 1...10 {
      do {
        try waitForListener(on: port)
        break
      } catch  where attempt == 10 { throw FixtureError("\(error):\n" + directory.read("broker.log")) } catch
      {}
    }
    return broker
  }

  @Test func `an agent reports to a broker that knows no MQTT 5`() throws {
    let directory = try TemporaryDirectory()
    let port = try freePort()
    let broker = try Self.start(in: directory, port: port)
    defer { broker.kill(SIGKILL) }
    let listener = try ChildProgram(
      "stdbuf",
      [
        "-oL", "mosquitto_sub", "-V", "311", "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", "#", "-F",
        "%t %p",
      ],
      output: directory.path + "/heard")
    defer { listener.kill(SIGTERM) }
    func hears(_ text: String, times: Int = 1) -> Bool {
      func isHeard() -> Bool { directory.read("heard").components(separatedBy: text).count > times }
      for _ in 0..<800 where !isHeard() { usleep(50_000) }
      return isHeard()
    }
    let config = try directory.write("kadomori.yaml", "broker: {host: 127.0.0.1, port: \(port)}\n")
    func start() throws -> ChildProgram {
      let words = [
        "run", "--config", config, "--state", directory.path + "/state", "--runtime", directory.path + "/run",
      ]
      return try ChildProgram(Site.program("kadomori"), words, output: directory.path + "/agent.log")
    }
    let killed = try start()
    #expect(hears("/status {") && hears("\"online\":true"), "\(directory.read("agent.log"))")
    #expect(directory.read("agent.log").contains("which speaks MQTT 3.1.1 only"))
    // The Will counts there too, though it cannot wait as in MQTT 5.
    killed.kill(SIGKILL)
    #expect(hears("\"cause\":\"lost\""))
    let agent = try start()
    defer { agent.kill(SIGKILL) }
    #expect(hears("\"online\":true", times: 2))
    agent.kill(SIGTERM)
    #expect(hears("\"cause\":\"stop\""))
  }
}
