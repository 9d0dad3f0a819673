import Addresses
import LANScan
import Posture
import Testing

@Suite struct DHCPLeaseTests {
  /// While the recorded leases ran.
  private static let then = WallTime("2026-11-23T20:35:00Z") ?? WallTime(milliseconds: 0)
  private static let later = WallTime("2026-11-24T20:35:00Z") ?? WallTime(milliseconds: 0)
  /// As one client of the recordings named itself, with two hardware addresses (RFC 4361, section 6.1).
  private static let identifier: [UInt8] = [
    0xff, 0x5e, 0x00, 0x53, 0x24, 0, 3, 0, 1, 0, 0, 0x5e, 0x00, 0x53, 0x24,
  ]

  private func leases(_ text: String, _ now: WallTime = Self.then) -> [DHCPLease] {
    DHCPLease.leases(in: Array(text.utf8), now: now)
  }

  /// The format as dnsmasq 2.90 wrote it.
  @Test func readsDnsmasq() {
    let found = leases(
      """
      1795400000 00:00:5e:00:53:01 192.0.2.10 kitchen-tv 01:00:00:5e:00:53:01
      1795400000 00:00:5e:00:53:02 192.0.2.11 * *
      duid 00:01:00:01:2f
      1795400000 1234 2001:db8::10 laptop 00:01
      nonsense

      """)
    #expect(found.map(\.name) == ["kitchen-tv", nil])
    #expect(found.map(\.address.description) == ["192.0.2.10", "192.0.2.11"])
    #expect(found.map(\.clientID) == [[1, 0, 0, 0x5e, 0, 0x53, 1], nil])
  }

  @Test func readsISC() {
    let found = leases(Self.isc)
    #expect(
      found.map { "\($0.hardwareAddress) \($0.address) \($0.name ?? "-")" } == [
        "00:00:5e:00:53:21 192.0.2.50 living-tv", "00:00:5e:00:53:24 192.0.2.53 laptop",
        "00:00:5e:00:53:25 192.0.2.53 laptop",
      ], "a later entry stands, and a lease given back is none")
    #expect(found.suffix(2).map(\.clientID) == [Self.identifier, Self.identifier])
    #expect(leases(Self.isc, Self.later).isEmpty, "they have ended")
  }

  @Test func readsKea() {
    let found = leases(Self.kea)
    #expect(
      found.map { "\($0.hardwareAddress) \($0.address) \($0.name ?? "-")" } == [
        "00:00:5e:00:53:21 192.0.2.50 living-tv", "00:00:5e:00:53:22 192.0.2.51 -",
        "00:00:5e:00:53:23 192.0.2.52 weirdname", "00:00:5e:00:53:24 192.0.2.53 laptop",
        "00:00:5e:00:53:25 192.0.2.53 laptop", "00:00:5e:00:53:27 192.0.2.55 hall.example",
      ], "a later line stands, and a lease given back is none")
    #expect(found.filter { $0.clientID == Self.identifier }.count == 2)
    #expect(leases(Self.kea, Self.later).isEmpty, "they have ended")
  }

  /// Columns were added from version to version: the header says where each is.
  @Test func keaColumnsAreFoundByName() {
    let found = leases(
      """
      address,pool_id,state,hostname,expire,hwaddr
      192.0.2.50,0,0,tv&#x2cold,1795470065,00:00:5e:00:53:21
      192.0.2.51,0,1,declined,1795470065,00:00:5e:00:53:22
      """)
    #expect(found.map(\.name) == ["tv,old"])
  }

  /// Statements of dhcpd.leases(5) that the recording does not have.
  @Test func iscStatementsOfTheManualAreRead() {
    let found = leases(
      #"""
      failover peer "dhcp" state { my state normal at 1 2026/11/23 20:00:00; }
      lease 192.0.2.60 {
        ends never; binding state active; hardware ethernet 00:00:5e:00:53:31;
        client-hostname "a \"b\" \303\251}";
        on expiry or release { set name = "lease"; client-hostname "not this"; }
      }
      lease 192.0.2.61 { ends epoch 1795470065; # Mon Nov 23 { 2026
        binding state active; hardware ethernet 00:00:5e:00:53:32; }
      lease 192.0.2.62 { ends epoch 1795000000; binding state active; hardware ethernet 00:00:5e:00:53:33; }
      lease 192.0.2.63 { binding state abandoned; hardware ethernet 00:00:5e:00:53:34; }
      """#)
    #expect(found.map(\.address.description) == ["192.0.2.60", "192.0.2.61"])
    #expect(found.first?.name == "a \"b\" é}")
  }

  @Test func anyBytesAreReadOrPassedOver() {
    let sources = [Self.isc, Self.kea].map { Array($0.utf8) }
    for turn in 0..<400 {
      var bytes = sources[turn % 2]
      for _ in 0..<20 { bytes[Int.random(in: 9..<bytes.count)] = UInt8.random(in: 0...255) }
      #expect(DHCPLease.leases(in: bytes, now: Self.then).count <= 9)
      _ = DHCPLease.leases(in: (0..<400).map { _ in UInt8.random(in: 0...255) }, now: Self.then)
    }
  }
}

// udhcpc of BusyBox 1.35.0 took these, from two servers in a network namespace; the fourth client gave
// its lease back.
extension DHCPLeaseTests {
  /// As isc-dhcp-server 4.4.3-P1 wrote it.
  private static let isc = #"""
    # The format of this file is documented in the dhcpd.leases(5) manual page.
    # This lease file was written by isc-dhcp-4.4.3-P1

    # authoring-byte-order entry is generated, DO NOT DELETE
    authoring-byte-order little-endian;

    server-duid "\000\001\000\0012\227_\306\202\236\232\307\336\347";

    lease 192.0.2.50 {
      starts 1 2026/11/23 20:34:17;
      ends 1 2026/11/23 20:44:17;
      cltt 1 2026/11/23 20:34:17;
      binding state active;
      next binding state free;
      rewind binding state free;
      hardware ethernet 00:00:5e:00:53:21;
      uid "\001\000\000^\000S!";
      set vendor-class-identifier = "udhcp 1.35.0";
      client-hostname "kitchen-tv";
    }
    lease 192.0.2.50 {
      starts 1 2026/11/23 20:34:19;
      ends 1 2026/11/23 20:44:19;
      cltt 1 2026/11/23 20:34:19;
      binding state active;
      next binding state free;
      rewind binding state free;
      hardware ethernet 00:00:5e:00:53:21;
      uid "\001\000\000^\000S!";
      set vendor-class-identifier = "udhcp 1.35.0";
      client-hostname "living-tv";
    }
    lease 192.0.2.53 {
      starts 1 2026/11/23 20:34:20;
      ends 1 2026/11/23 20:44:20;
      cltt 1 2026/11/23 20:34:20;
      binding state active;
      next binding state free;
      rewind binding state free;
      hardware ethernet 00:00:5e:00:53:24;
      uid "\377^\000S$\000\003\000\001\000\000^\000S$";
      set vendor-class-identifier = "udhcp 1.35.0";
      client-hostname "laptop";
    }
    lease 192.0.2.53 {
      starts 1 2026/11/23 20:34:20;
      ends 1 2026/11/23 20:44:20;
      cltt 1 2026/11/23 20:34:20;
      binding state active;
      next binding state free;
      rewind binding state free;
      hardware ethernet 00:00:5e:00:53:25;
      uid "\377^\000S$\000\003\000\001\000\000^\000S$";
      set vendor-class-identifier = "udhcp 1.35.0";
      client-hostname "laptop";
    }
    lease 192.0.2.54 {
      starts 1 2026/11/23 20:34:21;
      ends 1 2026/11/23 20:44:21;
      cltt 1 2026/11/23 20:34:21;
      binding state active;
      next binding state free;
      rewind binding state free;
      hardware ethernet 00:00:5e:00:53:26;
      uid "\001\000\000^\000S&";
      set vendor-class-identifier = "udhcp 1.35.0";
      client-hostname "guest";
    }
    lease 192.0.2.54 {
      starts 1 2026/11/23 20:34:21;
      ends 1 2026/11/23 20:34:22;
      tstp 1 2026/11/23 20:34:22;
      cltt 1 2026/11/23 20:34:21;
      binding state free;
      hardware ethernet 00:00:5e:00:53:26;
      uid "\001\000\000^\000S&";
    }
    """#

  /// As kea-dhcp4-server 2.2.0 wrote it.
  private static let kea = """
    address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
    192.0.2.50,00:00:5e:00:53:21,01:00:00:5e:00:53:21,4000,1795470065,1,0,0,kitchen-tv,0,
    192.0.2.51,00:00:5e:00:53:22,,4000,1795470066,1,0,0,,0,
    192.0.2.52,00:00:5e:00:53:23,01:00:00:5e:00:53:23,4000,1795470066,1,0,0,weirdname,0,
    192.0.2.50,00:00:5e:00:53:21,01:00:00:5e:00:53:21,4000,1795470066,1,0,0,living-tv,0,
    192.0.2.53,00:00:5e:00:53:24,ff:5e:00:53:24:00:03:00:01:00:00:5e:00:53:24,4000,1795470066,1,0,0,laptop,0,
    192.0.2.53,00:00:5e:00:53:25,ff:5e:00:53:24:00:03:00:01:00:00:5e:00:53:24,4000,1795470066,1,0,0,laptop,0,
    192.0.2.54,00:00:5e:00:53:26,01:00:00:5e:00:53:26,4000,1795470066,1,0,0,guest,0,
    192.0.2.54,00:00:5e:00:53:26,01:00:00:5e:00:53:26,0,1795466066,1,0,0,guest,0,
    192.0.2.55,00:00:5e:00:53:27,01:00:00:5e:00:53:27,4000,1795470068,1,0,0,hall.example.,0,
    """
}
