import BrokerFixture
import Foundation
import Testing

/// The report that AWS IoT Device Defender takes, of a real gateway.
@Suite(.serialized) struct DeviceDefenderTests {
  private func report(_ gateway: Gateway) throws -> [String: Any] {
    let told = try gateway.run(
      in: "gw",
      [Gateway.program, "exposures", "--format", "device-defender"] + gateway.options
        + [
          "--state", gateway.directory.path + "/state", "--config", gateway.directory.path + "/kadomori.yaml",
        ],
      errors: false)
    #expect(told.status == 0)
    #expect(try Schemas.faults(of: told.text, by: "device-defender") == "")
    return try #require(JSONSerialization.jsonObject(with: Data(told.text.utf8)) as? [String: Any])
  }

  @Test(.timeLimit(.minutes(2))) func `every port that is listened on is in it, and nobody's address`() throws
  {
    let gateway = try Gateway()
    try gateway.listen("tcp/23", "tcp/8080", "udp/161")
    let first = try report(gateway)
    let metrics = try #require(first["metrics"] as? [String: Any])
    func ports(_ name: String) -> [String] {
      let list = (metrics[name] as? [String: Any])?["ports"] as? [[String: Any]] ?? []
      return list.map { "\($0["port"] ?? "") \($0["interface"] ?? "")" }
    }
    #expect(ports("listening_tcp_ports") == ["23 lan0", "23 wan0", "8080 lan0", "8080 wan0"])
    #expect(ports("listening_udp_ports") == ["161 lan0", "161 wan0"])
    #expect((metrics["listening_tcp_ports"] as? [String: Any])?["total"] as? Int == 4)
    #expect(metrics["network_stats"] == nil, "totals in a first report look like an attack")
    let said = String(decoding: try JSONSerialization.data(withJSONObject: first), as: UTF8.self)
    #expect(!said.contains("192.168.9") && !said.contains("remote_addr"))

    // What went over the wire since then, and a number that goes up within the same second.
    #expect(try gateway.run(in: "lan", ["ping", "-c", "3", "-i", "0.2", "192.168.9.1"]).status == 0)
    let second = try report(gateway)
    let stats = try #require((second["metrics"] as? [String: Any])?["network_stats"] as? [String: Int])
    #expect(try #require(stats["packets_in"]) >= 3 && (try #require(stats["packets_out"])) >= 3)
    #expect(try #require(stats["bytes_in"]) < 1_000_000, "not what went over it since the start")
    func number(_ report: [String: Any]) -> Int {
      (report["header"] as? [String: Any])?["report_id"] as? Int ?? 0
    }
    #expect(number(first) > 0 && number(second) > number(first))
  }

  @Test(.timeLimit(.minutes(1))) func `a connection is counted, and not named`() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/8080")
    func count() throws -> Int? {
      let metrics = try report(gateway)["metrics"] as? [String: Any]
      let connections = metrics?["tcp_connections"] as? [String: Any]
      return (connections?["established_connections"] as? [String: Any])?["total"] as? Int
    }
    #expect(try count() == 0)
    let client = try gateway.start(
      in: "lan",
      [
        "python3", "-c",
        "import signal, socket; own = socket.create_connection(('192.168.9.1', 8080)); signal.pause()",
      ], log: "client.log")
    try gateway.until("it is counted") { try count() == 1 ? true : nil }
    client.kill(SIGKILL)
  }
}
