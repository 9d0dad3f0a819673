import Addresses
import Exposures
import LinuxIO
import Posture
import Testing

/// Files and answers of others, right and wrong ones.
struct ReadingTests {
  @Test func leasesOfMiniupnpd() {
    let text = """
      TCP:8554:192.168.77.12:554:0:IP Camera: front
      UDP:3074:192.168.77.20:3074:1700000000:\u{1b}[31mgame
      TCP:0:192.168.77.12:554:0:no port
      SCTP:1:192.168.77.12:1:0:no such transport
      TCP:70000:192.168.77.12:1:0:
      nonsense

      """
    let mappings = LeaseFile.mappings(Array(text.utf8))
    #expect(mappings.map(\.port) == [.tcp(8554), .udp(3074)])
    #expect(mappings.first?.device == IPAddress("192.168.77.12") && mappings.first?.devicePort == 554)
    #expect(mappings.first?.description == "IP Camera: front")
    #expect(mappings.last?.description == "[31mgame", "steers no terminal")
    let pinholes = LeaseFile.pinholes(
      Array("TCP;*;0;2001:db8:2::10;22;1;1700000000;ssh\nTCP;*;0;::;0;1;1;x\n".utf8))
    #expect(
      pinholes == [
        Mapping(
          port: .tcp(22), device: ip("2001:db8:2::10"), devicePort: 22, isPinhole: true,
          description: "ssh")
      ])
  }

  @Test func placesInTheConfiguration() {
    let text = "ext_ifname=wan0\n#lease_file=/no\nlease_file=/var/lib/a.leases\nlease_file6=relative\n"
    let places = LeaseFile.places(configuration: Array(text.utf8))
    #expect(places.mappings == "/var/lib/a.leases" && places.pinholes == nil)
  }

  @Test func unitsAndContainersFromControlGroups() {
    func group(_ path: String) -> ControlGroup { ControlGroup(path: path) }
    let id = String(repeating: "3f2a9c", count: 10) + "abcd"
    #expect(group("/system.slice/ssh.service").unit == "ssh.service")
    #expect(
      group("/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service").unit
        == "syncthing.service")
    #expect(group("/system.slice/cups.socket").unit == "cups.socket")
    #expect(group("/system.slice/docker-\(id).scope").container == "docker:3f2a9c3f2a9c")
    #expect(group("/docker/\(id)").container == "docker:3f2a9c3f2a9c")
    #expect(group("/machine.slice/libpod-\(id).scope/container").container == "podman:3f2a9c3f2a9c")
    #expect(
      group("/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(id).scope").container
        == "containerd:3f2a9c3f2a9c")
    #expect(group("/lxc.payload.web/system.slice/nginx.service") == group("/lxc.payload.web/x/nginx.service"))
    #expect(group("/lxc.payload.web/init.scope").container == "lxc:web")
    #expect(group("/docker/buildx").container == nil)
    for path in ["", "/", "//", "/.service", "/docker-.scope", "/lxc/"] { _ = group(path) }
  }

  @Test func portsOfSocketUnits() {
    let text = """
      [Socket]
      ListenStream=22
      ListenStream = [::]:631
      ListenStream=127.0.0.1:8080
      ListenDatagram=0.0.0.0:69%eth0
      ListenStream=/run/cups.sock
      ListenStream=
      ListenStream=99999
      """
    #expect(SocketUnit.ports(Array(text.utf8)) == [.tcp(22), .tcp(631), .tcp(8080), .udp(69)])
  }

  @Test func defaultRoutes() {
    let four = """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      wan0\t00000000\tFE7100CB\t0003\t0\t0\t0\t00000000\t0\t0\t0
      lan0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
      old0\t00000000\tFE7100CB\t0002\t0\t0\t0\t00000000\t0\t0\t0

      """
    #expect(RoutingText.defaults4(Array(four.utf8)) == ["wan0"])
    let zero = String(repeating: "0", count: 32)
    let six = """
      \(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     ppp0
      \(zero) 00 \(zero) 00 \(zero) ffffffff 00000001 00000000 00200200       lo
      20010db8000100000000000000000000 40 \(zero) 00 \(zero) 00000100 00000001 00000000 00000001     wan0

      """
    #expect(RoutingText.defaults6(Array(six.utf8)) == ["ppp0"])
    let addresses = RoutingText.addresses(
      Array("20010db8000100000000000000000001 03 40 00 80     wan0\nxx\n".utf8))
    #expect(
      addresses.count == 1 && addresses[0].address == IPv6Address("2001:db8:1::1")
        && addresses[0].prefix == 64)
  }

  @Test func learnedUse() {
    let text = """
      {"nftables": [{"metainfo": {"version": "1.0.6"}}, {"set": {"family": "inet", "name": "used_wan", "table": "kadomori",
      "type": ["inet_proto", "inet_service"], "handle": 3, "elem": [
      {"elem": {"val": {"concat": ["tcp", 22]}, "timeout": 2592000, "expires": 2591000, "counter": {"packets": 7, "bytes": 420}}},
      {"elem": {"val": {"concat": [17, 53]}, "expires": 2592000}},
      {"elem": {"val": {"concat": ["tcp", 0]}}}, {"elem": {"val": 5}}, 9,
      {"elem": {"val": {"concat": ["tcp", 80]}, "timeout": -9223372036854775808, "expires": 9223372036854775807}}]}}]}
      """
    var use = ObservedUse(seconds: 5000)
    use.add(set: Array(text.utf8))
    #expect(use.ports[.init(.tcp(22))] == ObservedUse.Use(secondsAgo: 1000, packets: 7, bytes: 420))
    #expect(use.ports[.init(.udp(53))]?.secondsAgo == 0)
    #expect(use.ports.count == 3)
    let device = """
      {"nftables": [{"set": {"name": "used_dev4", "elem": [{"elem": {"val": {"concat": ["192.168.1.10", "tcp", 80]}, "expires": 2592000}}]}}]}
      """
    use.add(set: Array(device.utf8))
    #expect(use.ports[.init(.tcp(80), of: .device(ip("192.168.1.10")))] != nil)
    use.add(set: Array("{".utf8))
  }

  @Test func trackedFlows() {
    let text = """
      ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.7 dst=203.0.113.1 sport=4000 dport=8080 src=172.17.0.2 dst=198.51.100.7 sport=80 dport=4000 [ASSURED] mark=0 zone=0 use=2
      ipv4     2 icmp     1 29 src=198.51.100.7 dst=203.0.113.1 type=8 code=0 id=1 src=203.0.113.1 dst=198.51.100.7 type=0 code=0 id=1 mark=0 use=2
      broken
      """
    #expect(
      TrackedFlow.flows(Array(text.utf8)) == [
        TrackedFlow(
          transport: .tcp, asker: ip("198.51.100.7"),
          asked: Endpoint(ip("203.0.113.1"), 8080),
          answers: Endpoint(ip("172.17.0.2"), 80))
      ])
  }

  @Test func descriptionsNameTheServiceOnTheirOwnHostOnly() {
    let host = Endpoint(ip("192.0.2.1"), 5000)
    func service(_ control: String) -> PortMappingService? {
      let type = "urn:schemas-upnp-org:service:WANIPConnection:1"
      let text =
        "<root><service><serviceType>urn:x</serviceType><controlURL>/x</controlURL></service>"
        + "<service><serviceType>\(type)</serviceType><controlURL>\(control)</controlURL></service></root>"
      return PortMappingService(description: Array(text.utf8), of: host)
    }
    #expect(service("/ctl/IPConn")?.controlPath == "/ctl/IPConn")
    #expect(service("http://192.0.2.1:5000/ctl")?.controlPath == "/ctl")
    #expect(service("http://198.51.100.9:80/ctl") == nil, "no question goes to another host")
    #expect(service("/a&#13;&#10;Host: x") == nil, "no request is smuggled")
    #expect(PortMappingService(description: Array("<root>".utf8), of: host) == nil)
  }

  @Test func answersOfTheMappingService() {
    let entry = """
      <s:Envelope><s:Body><u:GetGenericPortMappingEntryResponse><NewRemoteHost></NewRemoteHost>
      <NewExternalPort>8554</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>554</NewInternalPort>
      <NewInternalClient>192.168.77.12</NewInternalClient><NewEnabled>1</NewEnabled>
      <NewPortMappingDescription>IP Camera</NewPortMappingDescription></u:GetGenericPortMappingEntryResponse></s:Body></s:Envelope>
      """
    guard case .mapping(let mapping) = PortMappingService.answer(Array(entry.utf8)) else {
      Issue.record("no mapping")
      return
    }
    #expect(mapping.port == .tcp(8554) && mapping.devicePort == 554 && mapping.description == "IP Camera")
    let off = entry.replacing("<NewEnabled>1", with: "<NewEnabled>0")
    #expect(PortMappingService.answer(Array(off.utf8)) == .nothing)
    let last = "<e><detail><UPnPError><errorCode>713</errorCode></UPnPError></detail></e>"
    #expect(PortMappingService.answer(Array(last.utf8)) == .end(error: 713))
    #expect(PortMappingService.answer([]) == .end(error: 0))
  }

  /// As the kernel writes them (net/ipv4/tcp_ipv4.c, net/ipv4/fib_trie.c).
  @Test func socketsOfAnotherNamespace() {
    let tcp = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0 100 0 0 10 0
         1: 0100007F:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 0 100 0 0 10 0
         2: 020011AC:0052 0A0011AC:9999 01 00000000:00000000 00:00000000 00000000     0        0 103 1 0 100 0 0 10 0
         3: XX
      """
    let tcp6 = """
        sl  local_address                         remote_address                        st tx_queue rx_queue
         0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 104 1
         1: B80D0120000000000000000002000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 105 1
      """
    let trie = """
      Main:
        +-- 0.0.0.0/0 3 0 5
           |-- 172.17.0.2
              /32 host LOCAL
           |-- 172.17.255.255
              /32 link BROADCAST
           |-- 127.0.0.1
              /32 host LOCAL
      """
    let if6 = "20010db8000000000000000000000002 02 40 00 80     eth0\n"
    var sockets = RoomSockets()
    sockets.add(Array(tcp.utf8), .tcp)
    sockets.add(Array(tcp6.utf8), .tcp)
    sockets.add(trie: Array(trie.utf8), version6: Array(if6.utf8))
    #expect(sockets.addresses == [ip("172.17.0.2"), ip("2001:db8::2")])
    #expect(
      Set(sockets.ends.map { "\($0.end) \($0.inode)" }) == [
        "172.17.0.2:80 101", "172.17.0.2:8080 104", "[2001:db8::2]:8080 104", "[2001:db8::2]:8081 105",
      ])
  }
}
