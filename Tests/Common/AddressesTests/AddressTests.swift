import Addresses
import Testing

@Suite struct AddressTests {
  @Test(arguments: ["0.0.0.0", "192.168.77.1", "255.255.255.255"])
  func ipv4RoundTrip(text: String) { #expect(IPv4Address(text)?.description == text) }

  @Test(arguments: ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.+4", "a.b.c.d", " 1.2.3.4"])
  func ipv4Refused(text: String) { #expect(IPv4Address(text) == nil) }

  /// The examples of RFC 5952, section 4.
  @Test(arguments: [
    ("2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::", "::"),
    ("::1", "::1"), ("fe80::", "fe80::"),
  ])
  func ipv6Canonical(text: String, canonical: String) {
    #expect(IPv6Address(text)?.description == canonical)
  }

  @Test(arguments: [
    "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7::8",
  ])
  func ipv6Refused(text: String) { #expect(IPv6Address(text) == nil) }

  @Test func ipv6PropertyRoundTrip() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      // Many zero groups, so that runs of every length and place occur.
      let bits = (0..<8).reduce(UInt128(0)) { bits, _ in
        bits << 16 | UInt128(Bool.random(using: &generator) ? 0 : UInt16.random(in: 0...0xffff))
      }
      let address = IPv6Address(bits: bits)
      #expect(IPv6Address(address.description) == address)
    }
  }

  @Test func macForms() {
    #expect(MACAddress("AA-bb-0c:1:02:3")?.description == "aa:bb:0c:01:02:03")
    #expect(MACAddress("aa:bb:cc:dd:ee") == nil)
    #expect(MACAddress("aa:bb:cc:dd:ee:fff") == nil)
  }

  @Test func networkHosts() throws {
    let network = try #require(IPv4Network("192.168.77.0/29"))
    #expect(network.hosts.map(\.description) == (1...6).map { "192.168.77.\($0)" })
    #expect(try #require(IPv4Network("10.0.0.4/31")).hosts.map(\.description) == ["10.0.0.4", "10.0.0.5"])
    #expect(try #require(IPv4Network("255.255.255.255/32")).hosts.map(\.description) == ["255.255.255.255"])
    #expect(network.contains(try #require(IPv4Address("192.168.77.7"))))
    #expect(!network.contains(try #require(IPv4Address("192.168.77.8"))))
  }

  @Test(arguments: ["tcp/0", "tcp/65536", "sctp/1", "tcp", "tcp/+1", "tcp/1/2", "TCP/1"])
  func portRefused(text: String) { #expect(Port(text) == nil) }

  @Test func portOrder() {
    #expect([Port.udp(1), .tcp(80), .tcp(22)].sorted() == [.tcp(22), .tcp(80), .udp(1)])
  }
}
