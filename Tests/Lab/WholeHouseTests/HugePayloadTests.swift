import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// 200 MB where a few hundred bytes belong.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HugePayloadTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func startAgent(_ port: UInt16) throws -> ChildProgram {
    let config = try directory.write("kadomori.yaml", "broker: {host: 127.0.0.1, port: \(port)}\n")
    return try ChildProgram(
      Site.program("kadomori"),
      [
        "run", "--config", config, "--state", directory.path + "/state", "--runtime", directory.path + "/run",
      ],
      output: directory.path + "/agent.log")
  }

  /// The most memory a process had, in kB: `VmHWM` (proc_pid_status(5)); `nil` where it has ended.
  private func peak(_ id: pid_t) -> Int? {
    let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.split(separator: " ")[1]) }
  }

  private func waits(_ isSo: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<400 {
      if try isSo() { return true }
      usleep(50_000)
    }
    return false
  }

  @Test func `a broker passes it on to neither side`() throws {
    let broker = try Broker()
    let state = directory.path + "/collector"
    let settings = try directory.write(
      "collector.yaml", "broker: {host: 127.0.0.1, port: \(broker.port)}\ncollector: tokyo\n")
    let collector = try ChildProgram(
      Site.program("kadomori-collector"), ["run", "--config", settings, "--state", state],
      output: directory.path + "/collector.log")
    let agent = try startAgent(broker.port)
    func fleet() throws -> String {
      try run(Site.program("kadomori-collector"), ["fleet", "--state", state], in: directory).text
    }
    #expect(try waits { try fleet().contains("online") }, "\(directory.read("agent.log"))")
    let gateway = try #require(
      try fleet().firstRange(of: "gw-").map { String(try fleet()[$0.lowerBound...].prefix(19)) })
    let file = directory.path + "/huge"
    #expect(FileManager.default.createFile(atPath: file, contents: Data(count: 200_000_000)))
    for topic in ["cmd/scan/1", "ack", "evt/finding", "twin/posture"] {
      let sent = try run(
        "mosquitto_pub",
        [
          "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-t", "kadomori/v1/\(gateway)/\(topic)", "-f",
          file,
        ],
        in: directory)
      #expect(sent.status == 0, "\(sent.text)")
    }
    // Both are there as before, and what comes afterwards comes through.
    agent.kill(SIGTERM)
    #expect(try waits { try fleet().contains("offline") })
    #expect(try #require(peak(collector.id)) < 150_000)
    #expect(!directory.read("agent.log").contains("lost"))
    collector.kill(SIGTERM)
  }

  @Test
  func `a mocked broker that sends it all the same loses the connection, and the gateway not its agent`()
    throws
  {
    let mock = """
      import socket, sys
      server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
      while True:
          peer, _ = server.accept()
          print("came", flush=True)
          try:
              peer.recv(65536)
              peer.sendall(bytes([0x20, 3, 0, 0, 0]))
              peer.sendall(bytes([0x30, 0x80, 0x84, 0xaf, 0x5f]))
              for _ in range(200):
                  peer.sendall(bytes(1000000))
              print("sent all", flush=True)
          except OSError:
              print("was cut off", flush=True)
          peer.close()
      """
    let port = try freePort()
    let broker = try ChildProgram("python3", ["-c", mock, "\(port)"], output: directory.path + "/broker")
    defer { broker.kill(SIGTERM) }
    try waitForListener(on: port)
    let agent = try startAgent(port)
    defer { agent.kill(SIGKILL) }
    #expect(waits { directory.read("broker").split(separator: "\n").count { $0 == "was cut off" } >= 2 })
    #expect(!directory.read("broker").contains("sent all"))
    #expect(directory.read("agent.log").contains("out of memory"))
    #expect(try #require(peak(agent.id)) < 64_000)
  }
}
