import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

/// Mappings that devices made by UPnP, with a real miniupnpd.
@Suite(.serialized) struct MappingTests {
  private static let description = "http://192.168.9.1:5000/rootDesc.xml"

  /// A gateway whose miniupnpd maps tcp/8554 to a camera's tcp/554.
  private func gateway(secure: Bool) throws -> Gateway {
    let gateway = try Gateway()
    try gateway.listen(in: "lan", "tcp/554")
    try gateway.nft(
      """
      table inet filter {
        chain forward { type filter hook forward priority 0; policy accept; }
        chain miniupnpd { }
        chain prerouting { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }
        chain prerouting_miniupnpd { }
        chain postrouting_miniupnpd { }
      }
      """)
    let leases = try gateway.directory.write("leases", "TCP:8554:192.168.9.2:554:0:IP Camera\n")
    let configuration = try gateway.directory.write(
      "upnpd.conf",
      """
      ext_ifname=wan0
      listening_ip=lan0
      ext_ip=11.0.77.2
      enable_upnp=yes
      http_port=5000
      secure_mode=\(secure ? "yes" : "no")
      uuid=00000000-0000-0000-0000-106f3f2a3102
      force_igd_desc_v1=yes
      upnp_table_name=filter
      upnp_nat_table_name=filter
      upnp_forward_chain=miniupnpd
      upnp_nat_chain=prerouting_miniupnpd
      upnp_nat_postrouting_chain=postrouting_miniupnpd
      lease_file=\(leases)
      allow 1024-65535 0.0.0.0/0 1-65535

      """)
    try gateway.start(
      in: "gw", ["miniupnpd", "-d", "-f", configuration, "-P", gateway.directory.path + "/upnpd.pid"],
      log: "upnpd.log")
    try gateway.until("miniupnpd has made its mapping") {
      try gateway.rules("-s", "list", "ruleset").contains("dnat ip to 192.168.9.2:554") ? true : nil
    }
    #expect(try gateway.openPorts("8554") == ["tcp/8554"])
    return gateway
  }

  private func delete(
    _ port: String, on gateway: Gateway, _ words: [String], language: String = "C.UTF-8"
  ) throws -> (status: CInt, text: String) {
    try gateway.run(
      in: "gw",
      ["env", "LANG=\(language)", "LC_ALL=\(language)", Gateway.program, "close", "--delete-mapping", port]
        + words)
  }

  @Test(.timeLimit(.minutes(1))) func aMappingIsClosedByItsOuterPort() throws {
    let gateway = try gateway(secure: false)
    try gateway.activate()
    try gateway.writePlan([("cl-aaaaaaaa", ClosingTarget(.tcp(8554)), .now)])
    #expect(try gateway.close("--all").status == 0)
    #expect(try gateway.openPorts("8554") == [])
  }

  @Test(.timeLimit(.minutes(1))) func aRouterThatAllowsItForgetsAMapping() throws {
    let gateway = try gateway(secure: false)
    let other = try delete("tcp/8555", on: gateway, ["--upnp", Self.description])
    #expect(other.status == 3 && other.text.contains("has no mapping of tcp/8555"), "\(other)")
    // Its own miniupnpd is found by its configuration.
    let found = try gateway.run(
      in: "gw",
      [
        "unshare", "-m", "sh", "-c",
        "mkdir -p /etc/miniupnpd && mount -t tmpfs none /etc/miniupnpd && cp \(gateway.directory.path)/upnpd.conf "
          + "/etc/miniupnpd/miniupnpd.conf && exec \"$0\" \"$@\"", "env", "LANG=C.UTF-8", Gateway.program,
        "close", "--delete-mapping", "tcp/8554",
      ])
    #expect(found.status == 0 && found.text.contains("no longer mapped to 192.168.9.2:554"), "\(found)")
    #expect(try !gateway.rules("-s", "list", "ruleset").contains("192.168.9.2:554"))
    #expect(try gateway.openPorts("8554") == [])
  }

  /// In secure mode only the camera itself may; that is told, with what helps.
  @Test(.timeLimit(.minutes(1))) func aRouterThatRefusesIsExplained() throws {
    let gateway = try gateway(secure: true)
    let refused = try delete("tcp/8554", on: gateway, ["--upnp", Self.description])
    #expect(refused.status == 77, "\(refused)")
    for word in ["lets only the device that made it", "192.168.9.2", "'kadomori close'", "turn UPnP off"] {
      #expect(refused.text.contains(word), "\(refused)")
    }
    #expect(refused.text.contains("error 606"))
    let japanese = try delete("tcp/8554", on: gateway, ["--upnp", Self.description], language: "ja_JP.UTF-8")
    #expect(japanese.text.contains("転送を消せるのは、それを作った機器 192.168.9.2 だけです"), "\(japanese)")
    #expect(try gateway.openPorts("8554") == ["tcp/8554"])
    let both = try gateway.run(
      in: "gw", [Gateway.program, "close", "cl-aaaaaaaa", "--delete-mapping", "tcp/8554"])
    #expect(both.status == 64, "\(both)")
  }

  /// What passes no gateway cannot be closed at one.
  @Test(.timeLimit(.minutes(1))) func whatDevicesOfOneLANDoAmongThemselvesIsSaid() throws {
    let gateway = try Gateway()
    try gateway.activate()
    let device = try #require(ClosingTarget.Place(Gateway.device4))
    try gateway.writePlan([("cl-aaaaaaaa", ClosingTarget(.tcp(554), of: device, from: .lan), .ask)])
    let refused = try gateway.close("cl-aaaaaaaa")
    #expect(
      refused.status == 64 && refused.text.contains("without passing the gateway")
        && refused.text.contains("a network of its own"), "\(refused)")
    let explained = try gateway.run(
      in: "gw",
      ["env", "LANG=C.UTF-8", "COLUMNS=200", Gateway.program, "explain", "cl-aaaaaaaa", "--state"]
        + [gateway.directory.path + "/state"] + gateway.options)
    #expect(explained.text.contains("without passing the gateway"), "\(explained)")
  }
}
