import Addresses
import FleetContract
import Posture
import Sightings
import Testing

func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

let noon = known(WallTime("2026-11-23T12:00:00Z"))

@Suite struct ListsTests {
  private func sightings(_ text: String, source: String? = "scanner") -> RecordFile<Sighting> {
    RecordFile(sightings: Array(text.utf8), source: source, now: noon)
  }

  @Test func `reads a table, in any order of columns, with more in it`() {
    let list = sightings(
      "\u{feff}port,transport,\"note\",address,time,protocol,tls,state,source\r\n"
        + "23,tcp,\"a \"\"b\"\", c\",192.0.2.1,2026-11-23T11:59:58.700Z,telnet,,open,wide-scan\r\n"
        + "\r\n53,udp,,2001:db8::1,2026-11-23T11:00:00Z,,true,silent,\r\n")
    #expect(list.faults.isEmpty)
    #expect(
      list.values == [
        Sighting(
          address: known(IPAddress("192.0.2.1")), port: .tcp(23), state: .open, protocol: .telnet,
          time: known(WallTime("2026-11-23T11:59:58Z")), source: "wide-scan"),
        Sighting(
          address: known(IPAddress("2001:db8::1")), port: .udp(53), state: .silent, tls: true,
          time: known(WallTime("2026-11-23T11:00:00Z")), source: "scanner"),
      ])
  }

  @Test func `reads objects, one a line`() {
    let line = """
      {"address":"192.0.2.1","transport":"tcp","port":443,"time":"2026-11-23T11:00:00Z","tls":true,"x":[{"y":1}]}
      """
    let list = sightings(line + "\n\n" + line)
    #expect(list.faults.isEmpty && list.values.count == 2)
    #expect(list.values.first?.tls == true && list.values.first?.port == .tcp(443))
  }

  @Test(arguments: [
    ("192.0.2.256,tcp,23,2026-11-23T11:00:00Z", "address '192.0.2.256' is not an address"),
    ("192.0.2.1,icmp,23,2026-11-23T11:00:00Z", "transport 'icmp' is not tcp or udp"),
    ("192.0.2.1,tcp,0,2026-11-23T11:00:00Z", "port '0' is not a number"),
    ("192.0.2.1,tcp,+23,2026-11-23T11:00:00Z", "port '+23' is not a number"),
    ("192.0.2.1,tcp,,2026-11-23T11:00:00Z", "port is missing"),
    ("192.0.2.1,tcp,23,yesterday", "time 'yesterday' is not a time in UTC"),
    ("192.0.2.1,tcp,23,2036-11-23T11:00:00Z", "time '2036-11-23T11:00:00Z' has not come yet"),
    ("192.0.2.1,tcp,23", "has 3 fields, the header 4"),
    ("192.0.2.1,tcp,\"23,2026-11-23T11:00:00Z", "has a quote that does not end"),
    ("192.0.2.1,tcp,\"2\"3,2026-11-23T11:00:00Z", "has something between a quote"),
    ("\u{1b}[2J\u{202e},tcp,23,2026-11-23T11:00:00Z", "address '?[2J?' is not an address"),
    (String(repeating: "9", count: 5000), "is longer than 4096 bytes"),
  ]) func `names line and field of what is wrong`(line: String, problem: String) {
    let good = "192.0.2.9,tcp,23,2026-11-23T11:00:00Z"
    let list = sightings("address,transport,port,time\n\(good)\n\(line)\n\(good)")
    #expect(list.values.count == 2 && list.faultCount == 1)
    #expect(list.faults.first?.description.hasPrefix("line 3: " + problem) == true, "\(list.faults)")
  }

  @Test func `a table without its names, and a line without a source, are told`() {
    #expect(
      sightings("address,port,time\n1,2,3").faults.map(\.description) == [
        "line 1: transport is not among the columns; the first line has to name: time,address,transport,port"
      ])
    let list = sightings("address,transport,port,time\n192.0.2.1,tcp,1,2026-11-23T11:00:00Z", source: nil)
    #expect(list.faults.first?.field == "source")
    #expect(sightings("{\"a\":1}\n[1]\n{").faults.map(\.line) == [1, 2, 3])
  }

  @Test func `keeps few faults and counts all`() {
    let list = sightings(
      "address,transport,port,time\n" + String(repeating: "x,tcp,1,2026-11-23T11:00:00Z\n", count: 1000))
    #expect(list.faultCount == 1000 && list.faults.count == 20 && list.values.isEmpty)
  }

  @Test func `reads who had which address`() {
    let list = RecordFile(
      tenures: Array(
        """
        from,until,address,ports,gateway
        2026-11-23T00:00:00Z,2026-11-24T00:00:00Z,192.0.2.1,,gw-abcdefghij234567
        2026-11-23T00:00:00Z,,2001:db8:1:77::/56,,gw-abcdefghij234567
        2026-11-23T00:00:00Z,,198.51.100.7,1024-2047,gw-abcdefghij234567
        2026-11-23T00:00:00Z,,203.0.113.0/24,,shared
        2026-11-23T00:00:00Z,2026-11-22T00:00:00Z,192.0.2.1,,shared
        2026-11-23T00:00:00Z,,192.0.2.1/33,,shared
        2026-11-23T00:00:00Z,,192.0.2.1,2047-1024,shared
        2026-11-23T00:00:00Z,,192.0.2.1,,somebody
        """.utf8), now: noon)
    #expect(
      list.values.map(\.block.description) == [
        "192.0.2.1/32", "2001:db8:1::/56", "198.51.100.7/32", "203.0.113.0/24",
      ])
    #expect(list.values.map(\.ports) == [nil, nil, 1024...2047, nil])
    #expect(list.values.last?.holder == .shared)
    #expect(list.faults.map(\.line) == [6, 7, 8, 9])
    #expect(list.faults.map(\.field) == ["until", "address", "ports", "gateway"])
  }

  /// Whatever the bytes, there is an answer, and what was taken up is what the file says in other words.
  @Test func `reads any bytes without harm`() {
    var random = SystemRandomNumberGenerator()
    let pieces =
      [
        "address,transport,port,time\n", "{", "}", "\"", ",", "\n", "\r\n", "192.0.2.1", "tcp", "23", "[",
        "]",
        "2026-11-23T11:00:00Z", "\u{0}", "é", "{\"address\":\"192.0.2.1\"", ":", "\\u12", "\u{feff}",
      ].map { Array($0.utf8) } + [[0xff], [0xc3]]
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &random)).flatMap { _ in known(pieces.randomElement()) }
      let list = RecordFile(sightings: bytes, source: "s", now: noon)
      #expect(list.faults.count == min(list.faultCount, 20))
      _ = RecordFile(tenures: bytes, now: noon)
    }
  }
}

@Suite struct AddressBlockTests {
  @Test(arguments: [
    ("192.0.2.77/24", "192.0.2.0/24"), ("192.0.2.77", "192.0.2.77/32"), ("10.0.0.1/0", "0.0.0.0/0"),
    ("2001:db8::1/64", "2001:db8::/64"), ("::1", "::1/128"), ("ff::1/0", "::/0"),
  ]) func `knows its first address`(text: String, written: String) {
    #expect(AddressBlock(text)?.description == written)
  }

  @Test(arguments: ["", "/", "1.2.3.4/", "1.2.3.4/33", "::/129", "1.2.3.4/-1", "1.2.3.4/+1", "1.2.3.4/1/2"])
  func `refuses what is none`(text: String) { #expect(AddressBlock(text) == nil) }

  @Test func `is found by every address in it`() {
    for (text, address) in [("192.0.2.0/24", "192.0.2.255"), ("2001:db8::/56", "2001:db8:0:ff::9")] {
      let (block, address) = (known(AddressBlock(text)), known(IPAddress(address)))
      #expect(block.contains(address) && AddressBlock.holding(address).contains(block))
    }
    #expect(!known(AddressBlock("192.0.2.0/24")).contains(known(IPAddress("192.0.3.0"))))
    #expect(!known(AddressBlock("::/0")).contains(known(IPAddress("192.0.3.0"))))
  }
}
