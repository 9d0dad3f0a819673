import BrokerFixture
import Foundation
import Testing

/// Questions by UDP to real servers behind a real kernel.
@Suite struct DatagramWorldTests {
  private static let questions = ["dns", "snmp", "coap", "echonet-lite", "knx", "ssdp"]
  private static let plan = """
    udp: [\(questions.joined(separator: ", "))]
    rate: 2000
    start_rate: 2000
    wait: 1s
    tries: 2
    most_tries: 2

    """
  /// dnsmasq, snmpd and libcoap's server, and devices of ours; what asks for whom.
  private static let open = [
    "198.18.0.1 . 53", "198.18.0.2 . 161", "198.18.0.3 . 5683", "198.18.0.4 . 3610", "198.18.0.5 . 3671",
    "198.18.0.6 . 1900",
  ]

  static func world(open ports: [String] = []) throws -> World {
    let world = try World()
    try world.answer(open: ports)
    // As fast as a kernel lets errors of ICMP out, not slower.
    for key in ["icmp_ratelimit", "icmp_ratemask"] {
      try world.run(in: "world", ["sh", "-c", "echo 0 > /proc/sys/net/ipv4/\(key)"])
    }
    let rules = try world.directory.write(
      "bars.nft",
      """
      table inet bars {
      chain incoming {
      type filter hook input priority 1
      ip daddr 198.18.0.24 meta l4proto udp reject with icmp type admin-prohibited
      ip daddr 198.18.0.32-198.18.0.63 meta l4proto udp drop
      }
      }

      """)
    try world.run(in: "world", ["nft", "-f", rules])
    try world.start(
      in: "world",
      [
        "dnsmasq", "-k", "-C", "/dev/null", "--listen-address=198.18.0.1", "--bind-interfaces", "--user=root",
        "--pid-file=",
      ],
      log: "dnsmasq")
    let snmp = try world.directory.write("snmpd.conf", "agentAddress udp:198.18.0.2:161\n")
    let place = world.directory.path
    try world.start(
      in: "world",
      [
        "env", "SNMP_PERSISTENT_DIR=\(place)", "snmpd", "-f", "-Lo", "-I", "-smux", "-C", "-c", snmp, "-p",
        place + "/snmpd.pid",
      ], log: "snmpd")
    try world.start(in: "world", ["coap-server-notls", "-A", "198.18.0.3", "-p", "5683"], log: "coap")
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    try world.start(
      in: "world",
      [
        "python3", here + "/devices.py", "echonet-lite=198.18.0.4", "knx=198.18.0.5", "ssdp=198.18.0.6",
        "liar=198.18.0.7",
      ], log: "devices")
    for address in ["198.18.0.1:53", "198.18.0.2:161", "198.18.0.3:5683", "198.18.0.7:53"] {
      try world.until("\(address) is taken") {
        try world.run(in: "world", ["ss", "-Hulan"]).text.contains(address) ? true : nil
      }
    }
    try world.authorise("198.18.0.0/26")
    return world
  }

  /// What is open, closed, filtered and silent is told apart, with frames of our own and, without the privilege, with
  /// sockets of the kernel; and nobody answered more than was stated.
  @Test(arguments: ["raw", "connect"]) func everyAnswerIsToldApart(_ way: String) throws {
    let world = try Self.world()
    let found = try way == "raw" ? world.scan(Self.plan) : world.scanWithoutPrivilege(Self.plan)
    #expect(found.status == 0, "\(found.errors)")
    #expect((found.report["tier"] as? String == "connect") == (way == "connect"))
    let complaint = try world.complaint(about: found.output)
    #expect(complaint == "kept\n", "\(complaint)")
    #expect(found.elements("open").sorted() == Self.open)
    // Thirty-one hosts with six ports of which six are open, one that bars, one that lies, and those that are silent.
    let barred = found.lines.filter { $0.state == "filtered" }
    #expect(barred.count == 6 && barred.allSatisfy { $0.element.hasPrefix("198.18.0.24 ") })
    #expect(found.elements("closed").count == 31 * 6 - 6 - 1)
    #expect(found.number("silent") == 32 * 6 + 1 && found.number("forged") >= 1)
    let tallies = try #require(found.report["datagrams"] as? [[String: Any]])
    for tally in tallies {
      let name = try #require(tally["asked"] as? String)
      let (asked, answered) = (tally["octets_asked"] as? Int ?? 0, tally["octets_answered"] as? Int ?? 0)
      let questions = tally["questions"] as? Int ?? 0
      let (most, largest) = (tally["amplification"] as? Double ?? 0, tally["largest_answer"] as? Int ?? 0)
      #expect(answered > 0 && questions > 0, "\(name)")
      #expect(Double(largest) <= most * Double(asked) / Double(max(1, questions)), "\(name): \(tally)")
    }
  }

  @Test func whatWouldAmplifyIsNotSent() throws {
    let world = try World()
    try world.authorise("198.18.0.0/26")
    let found = try world.scan("udp: [dns, chargen]\n")
    #expect(found.status == 65 && found.errors.contains("'amplification: 512'"), "\(found.errors)")
    #expect(found.lines.isEmpty)
  }

  /// One address for each customer's prefix; the routers there name themselves.
  ///
  /// Behind the provider's router, which
  /// answers for prefixes that nobody has, are two customers with routers of their own.
  @Test func customersRoutersAreFound() throws {
    let world = try World()
    try world.answer()
    let routers = try ["1", "2"].map { try world.customer($0, prefix: "2001:db8:240:\($0)00::/56") }
    try world.ip("scan", "-6 route add 2001:db8:240::/48 via 2001:db8::1")
    try world.authorise("2001:db8:240::/48 each /56")
    // A link that was just made says that it is there a second later, and its neighbours are asked again after one more.
    let found = try world.scan("echo: true\nrate: 500\nstart_rate: 500\nwait: 4s\ntries: 1\nmost_tries: 1\n")
    #expect(found.status == 0, "\(found.errors)")
    let complaint = try world.complaint(about: found.output)
    #expect(complaint == "kept\n", "\(complaint)")
    let by = Set(
      found.output.split(separator: "\n").compactMap { line in
        (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["by"] as? String
      })
    #expect(by == Set(routers + ["2001:db8::1"]), "\(by)")
    let periphery = found.report["periphery"] as? [String: Int]
    #expect(periphery?["routers"] == 3 && periphery?["shared"] == 1, "\(String(describing: periphery))")
  }
}
