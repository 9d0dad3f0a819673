import Addresses
import MUD
import Posture
import Testing

/// What an entry of an access list means for a port.
struct OpeningTests {
  private func port(_ key: String, _ number: Int) -> String {
    #""\#(key)-port": {"operator": "eq", "port": \#(number)}"#
  }

  /// The need of a port by one entry to the device, from the house.
  private func need(
    _ transport: Transport, _ match: String, of number: UInt16, peer: String = Document.local
  ) throws -> Need {
    let code = transport == .tcp ? 6 : 17
    let entry = Document.entry(
      #"\#(peer), "ipv4": {"protocol": \#(code)}, "\#(transport.rawValue)": {\#(match)}"#)
    return try Document.file(to: [entry]).need(of: Port(transport, number))
  }

  @Test func aPortThatOthersOpenIsNeeded() throws {
    let both = "\(port("destination", 80)), \"ietf-mud:direction-initiated\": "
    #expect(try need(.tcp, both + "\"to-device\"", of: 80) == .yes)
    #expect(try need(.tcp, port("destination", 80), of: 80) == .yes)
    #expect(try need(.udp, port("destination", 9999), of: 9999) == .yes)
    #expect(try need(.tcp, port("destination", 80), of: 81) == .no)
    #expect(try need(.udp, port("destination", 80), of: 80) == .yes)
    #expect(try Document.file(to: []).need(of: .tcp(80)) == .no)
  }

  /// Replies to what the device asked say nothing of services, whatever port they come to.
  @Test func aReplyMakesNoPortNeeded() throws {
    let from = "\"ietf-mud:direction-initiated\": \"from-device\""
    #expect(try need(.tcp, "\(port("destination", 80)), \(from)", of: 80) == .no)
    #expect(try need(.tcp, "\(port("source", 443)), \(from)", of: 443) == .no)
    #expect(try need(.tcp, port("source", 443), of: 443) == .no)
    #expect(try need(.udp, port("source", 53), of: 53) == .no)
    // A client with a port of its own, as DHCP has one, is no service; what stands there is not judged.
    #expect(try need(.udp, "\(port("source", 67)), \(port("destination", 68))", of: 68) == .unknown)
    // Both ends of mDNS have the same port.
    #expect(try need(.udp, "\(port("source", 5353)), \(port("destination", 5353))", of: 5353) == .yes)
  }

  @Test func whatNamesNoPortNeedsNone() throws {
    #expect(try need(.tcp, "", of: 80) == .unknown)
    #expect(try need(.tcp, "\"ietf-mud:direction-initiated\": \"to-device\"", of: 80) == .unknown)
    #expect(try need(.tcp, port("source", 80).replacing("eq", with: "gte"), of: 80) == .unknown)
    let range = #"{"lower-port": 0, "upper-port": 65535}"#
    #expect(try need(.tcp, "\"destination-port\": \(range)", of: 80) == .unknown)
    #expect(try need(.tcp, port("destination", 22).replacing("eq", with: "neq"), of: 80) == .unknown)
    #expect(try need(.tcp, port("destination", 22).replacing("eq", with: "neq"), of: 22) == .no)
  }

  @Test func rangesAndOperators() throws {
    let range = #""destination-port": {"lower-port": 8000, "upper-port": 8010}"#
    #expect(try [7999, 8000, 8010, 8011].map { try need(.tcp, range, of: $0) } == [.no, .yes, .yes, .no])
    let upTo = port("destination", 1023).replacing("eq", with: "lte")
    #expect(try [0, 1023, 1024].map { try need(.tcp, upTo, of: $0) } == [.yes, .yes, .no])
    let above = port("destination", 60_000).replacing("eq", with: "gte")
    #expect(try [59_999, 60_000, 65_535].map { try need(.tcp, above, of: $0) } == [.no, .yes, .yes])
  }

  @Test(arguments: [
    (#""ietf-mud:mud": {"same-manufacturer": [null]}"#, Need.yes),
    (#""ietf-mud:mud": {"manufacturer": "maker.example"}"#, .yes),
    (#""ietf-mud:mud": {"model": "https://maker.example/hub.json"}"#, .yes),
    (#""ietf-mud:mud": {"controller": "urn:ietf:params:mud:gateway"}"#, .yes),
    (#""ietf-mud:mud": {"my-controller": [null]}"#, .yes),
    (#""ietf-mud:mud": {}"#, .yes),
    (#""ietf-mud:mud": {"something-new": [null]}"#, .unknown),
    (#""matches-of-tomorrow": {}"#, .unknown),
  ]) func whoMay(peer: String, need expected: Need) throws {
    #expect(try need(.tcp, port("destination", 80), of: 80, peer: peer) == expected)
  }

  /// The house has no part in what only a host on the Internet reaches; nor is it unneeded.
  @Test(arguments: [
    (#""ietf-acldns:src-dnsname": "cloud.example""#, Need.unknown),
    (#""source-ipv4-network": "198.51.100.0/24""#, .unknown),
    (#""source-ipv4-network": "192.168.0.0/16""#, .yes),
    (#""dscp": 10"#, .unknown), (#""protocol": 17"#, .no), (#""protocol": 6"#, .yes),
  ]) func whichNetworkMay(match: String, need expected: Need) throws {
    let entry = Document.entry(#""ipv4": {\#(match)}, "tcp": {\#(port("destination", 80))}"#)
    #expect(try Document.file(to: [entry]).need(of: .tcp(80)) == expected)
  }

  @Test func bothVersionsOfIP() throws {
    let entry = Document.entry(
      #""ipv6": {"protocol": 6, "source-ipv6-network": "fe80::/10"}, "tcp": {\#(port("destination", 80))}"#)
    #expect(try Document.file(to: [entry]).need(of: .tcp(80)) == .yes)
    let far = entry.replacing("fe80::/10", with: "2001:db8::/32")
    #expect(try Document.file(to: [far]).need(of: .tcp(80)) == .unknown)
  }

  /// What a device answers from a port of its own, it serves there; the policy of what comes in need not say so.
  @Test func anAnswerFromAFixedPortIsAService() throws {
    func file(_ match: String) throws -> MUDFile {
      try Document.file(from: [Document.entry("\(Document.local), \(match)")])
    }
    #expect(try file("\"udp\": {\(port("source", 56_700))}").need(of: .udp(56_700)) == .yes)
    #expect(try file("\"tcp\": {\(port("source", 80))}").need(of: .tcp(80)) == .yes)
    let opened = "\"ietf-mud:direction-initiated\": \"from-device\""
    #expect(try file("\"tcp\": {\(port("source", 80)), \(opened)}").need(of: .tcp(80)) == .no)
    #expect(
      try file("\"udp\": {\(port("source", 68)), \(port("destination", 67))}").need(of: .udp(68)) == .no)
    // The ports of a client.
    let range = #""source-port": {"lower-port": 1024, "upper-port": 65535}"#
    #expect(try file("\"udp\": {\(range)}").need(of: .udp(5000)) == .no)
    #expect(
      try file(
        "\"tcp\": {\(range.replacing("65535", with: "1030")), "
          + "\"ietf-mud:direction-initiated\": \"to-device\"}"
      ).need(of: .tcp(1025)) == .yes)
    // A part in a conversation of many: neither needed nor unneeded.
    let group = #""ipv4": {"destination-ipv4-network": "239.255.255.250/32"}, "udp": {"#
    #expect(try file("\(group)\(port("destination", 1900))}").need(of: .udp(1900)) == .unknown)
  }

  @Test func theFirstEntryThatMatchesDecides() throws {
    let all = Document.entry(
      "\(Document.local), \"tcp\": {\"destination-port\": {\"lower-port\": 1, \"upper-port\": 99}}")
    let refusal = Document.entry("\(Document.local), \"tcp\": {\(port("destination", 23))}", "drop")
    let refused = try Document.file(to: [refusal, all])
    #expect([22, 23, 24].map { refused.need(of: .tcp($0)) } == [.yes, .no, .yes])
    #expect(try Document.file(to: [all, refusal]).need(of: .tcp(23)) == .yes, "too late")
    let elsewhere = refusal.replacing(Document.local, with: #""ietf-mud:mud": {"manufacturer": "m.example"}"#)
    #expect(try Document.file(to: [elsewhere, all]).need(of: .tcp(23)) == .yes, "others still may")
    let unclear = refusal.replacing(Document.local, with: Document.local + #", "new-match": {}"#)
    #expect(try Document.file(to: [unclear, all]).need(of: .tcp(23)) == .unknown)
    let answers = [Document.entry("\(Document.local), \"tcp\": {\(port("source", 23))}")]
    #expect(try Document.file(to: [refusal], from: answers).need(of: .tcp(23)) == .no)
    let end = Document.entry("", "drop")
    #expect(try Document.file(to: [end], from: answers).need(of: .tcp(23)) == .yes)
  }

  @Test func withoutAPolicyOfWhatComesInNothingIsUnneeded() throws {
    #expect(try Document.file(to: nil).need(of: .tcp(80)) == .unknown)
  }
}
