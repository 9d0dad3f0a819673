import BrokerFixture
import Foundation
import Testing

extension World {
  /// Adds a house with one address, 203.0.113 and its number, behind the world, for a server that takes a whole machine.
  func house(_ number: Int) throws -> String {
    let part = try room("house\(number)")
    try ip("world", "link add house\(number) type veth peer name eth0 netns \(part.namespace)")
    try ip("world", "link set house\(number) up")
    try ip(part.name, "link set eth0 up")
    try ip("world", "address add 10.9.\(number).1/24 dev house\(number)")
    try ip(part.name, "address add 10.9.\(number).2/24 dev eth0")
    try ip(part.name, "address add 203.0.113.\(number)/32 dev eth0")
    try ip(part.name, "route add default via 10.9.\(number).1 src 203.0.113.\(number)")
    try ip("world", "route add 203.0.113.\(number)/32 via 10.9.\(number).2")
    return part.name
  }
}

/// Servers of Debian, each on a machine of its own, asked as a campaign asks: by UDP, and by TCP what open ports are.
@Suite struct RealServersTests {
  private struct Server {
    var number: Int
    var name: String
    var command: String
    /// What is taken when it is ready, as `ss` writes it.
    var ready: String
  }

  private static let servers = [
    Server(number: 1, name: "memcached", command: "memcached -u root -l 0.0.0.0 -U 11211", ready: ":11211"),
    Server(
      number: 2, name: "knxd", command: "knxd -e 0.0.1 -E 0.0.2:8 -n lab-knx -i -D -T -R -S -b dummy:",
      ready: ":3671"),
    Server(
      number: 3, name: "minidlna",
      command: "minidlnad -S -f DIRECTORY/minidlna.conf -P DIRECTORY/minidlna.pid", ready: ":8200"),
    Server(
      number: 4, name: "avahi",
      command: "avahi-daemon --no-drop-root --no-chroot --no-rlimits -f DIRECTORY/avahi.conf", ready: ":5353"),
    Server(
      number: 5, name: "snmpd",
      command:
        "env SNMP_PERSISTENT_DIR=DIRECTORY snmpd -f -Lo -I -smux -C -c DIRECTORY/snmpd.conf -p DIRECTORY/snmpd.pid",
      ready: ":161"),
    Server(
      number: 6, name: "chrony", command: "chronyd -d -x -u root -f DIRECTORY/chrony.conf", ready: ":123"),
    Server(
      number: 7, name: "dnsmasq",
      command: "dnsmasq -k -C /dev/null --user=root --pid-file= --no-resolv --address=/lab/192.0.2.1",
      ready: ":53"),
    Server(number: 8, name: "coap", command: "coap-server-notls -A 0.0.0.0 -p 5683", ready: ":5683"),
  ]

  private static let files = [
    "minidlna.conf": """
    network_interface=eth0
    port=8200
    media_dir=DIRECTORY/media
    db_dir=DIRECTORY/dlna
    log_dir=DIRECTORY/dlna
    friendly_name=Lab
    inotify=no
    model_name=Lab
    serial=1

    """,
    "avahi.conf": """
    [server]
    host-name=lab
    use-ipv4=yes
    use-ipv6=no
    allow-interfaces=eth0
    enable-dbus=no

    """,
    "snmpd.conf": "agentAddress udp:161,tcp:161\nrocommunity public\n",
    "chrony.conf": """
    allow
    local stratum 10
    cmdport 0
    bindcmdaddress /
    pidfile DIRECTORY/chrony.pid
    driftfile DIRECTORY/chrony.drift

    """,
  ]

  @Test func serversAreRecognisedOrHonestlyUnknown() throws {
    let world = try World(listening: [])
    try world.answer(before: "accept")
    try world.run(in: "world", ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"])
    try world.ip("scan", "route add 203.0.113.0/24 via 198.51.100.1")
    let folder = world.directory.path
    for name in ["media", "dlna"] {
      try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: false)
    }
    for (name, text) in Self.files {
      try world.directory.write(name, text.replacingOccurrences(of: "DIRECTORY", with: folder))
    }
    for server in Self.servers {
      let house = try world.house(server.number)
      let command = server.command.replacingOccurrences(of: "DIRECTORY", with: folder)
      // What a server keeps in /run is its own.
      let script = "mount -t tmpfs none /run && mkdir -p /run/avahi-daemon && exec \(command)"
      try world.start(in: house, ["unshare", "--mount", "sh", "-c", script], log: server.name)
      try world.until("\(server.name) is ready; \(world.directory.read(server.name))") {
        try world.run(in: house, ["ss", "-Hltuan"]).text.contains(server.ready) ? true : nil
      }
    }
    try world.authorise("203.0.113.0/28")
    let planned = try world.plan(
      "servers",
      """
      ports: [53, 161, 5683, 6720, 8200, 11211]
      udp: [dns, ntp, snmp, ssdp, coap, knx, mdns, memcached]
      amplification: 12
      wait: 1s
      rate: 500
      start_rate: 500
      tries: 3
      most_tries: 3

      """, "--shards", "2", "--look")
    #expect(planned.status == 0, "\(planned.text)")
    #expect(
      try world.worker("servers", log: "worker", "--profiles", SecondLookProgramTests.profiles).wait() == 0,
      "\(world.directory.read("worker"))")
    let services = try world.shown("servers", list: true)["services"] as? [[String: Any]] ?? []
    let found = services.map { service -> String in
      let look = service["look"] as? [String: Any]
      let words = [
        (service["address"] as? String)?.split(separator: ".").last.map(String.init),
        service["service"] as? String,
        service["protocol"] as? String ?? look?["protocol"] as? String, look?["product"] as? String,
      ]
      return words.map { $0 ?? "-" }.joined(separator: " ")
    }
    // What knxd says to its own clients, and SNMP by TCP, is not known: unknown, and nothing else. minidlna and avahi answer
    // SSDP and mDNS on their own LAN alone.
    #expect(
      found.sorted() == [
        "1 tcp/11211 memcached memcached", "1 udp/11211 memcached -", "2 tcp/6720 unknown -",
        "2 udp/3671 knx -",
        "3 tcp/8200 upnp MiniDLNA", "5 tcp/161 unknown -", "5 udp/161 snmp -", "6 udp/123 ntp -",
        "7 tcp/53 dns dnsmasq", "7 udp/53 dns -", "8 tcp/5683 coap -", "8 udp/5683 coap -",
      ], "\(found.sorted())")
  }
}
