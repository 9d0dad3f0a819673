import Addresses
import Packets
import Testing

struct MessageTests {
  @Test func readsWhatADHCPClientSays() throws {
    let message = try #require(
      DHCPMessage(
        Samples.dhcp([
          (55, [1, 3, 6]), (60, Array("udhcp 1.2".utf8)), (12, Array("lamp".utf8)),
          (161, Array(Samples.mud.utf8)),
          (57, [2, 64]), (61, [1, 2, 0, 0, 0, 0, 1]),
        ])[...]))
    #expect(message.isRequest && message.wantsBroadcast && message.type == 1)
    #expect(message.hardware == MACAddress("02:00:00:00:00:01"))
    #expect(message.order == [53, 55, 60, 12, 161, 57, 61] && message.wanted == [1, 3, 6])
    #expect(message.hostName.map { String(decoding: $0, as: UTF8.self) } == "lamp")
    #expect(message.vendorClass.map { String(decoding: $0, as: UTF8.self) } == "udhcp 1.2")
    #expect(message.descriptionURL.map { String(decoding: $0, as: UTF8.self) } == Samples.mud)
    #expect(message.largest == 576 && message.clientIdentifier?.count == 7)
  }

  @Test func readsWhatAStationSaysByLLDP() throws {
    let unit = try #require(LLDPUnit(Samples.lldp[...]))
    #expect(unit.systemName.map { String(decoding: $0, as: UTF8.self) } == "lamp")
    #expect(unit.systemDescription.map { String(decoding: $0, as: UTF8.self) } == "Lamp 1.0")
    #expect(unit.descriptionURL.map { String(decoding: $0, as: UTF8.self) } == Samples.mud)
    #expect(LLDPUnit([0x04, 0x02, 7, 1]) == nil)
  }

  @Test func followsPointersInNames() throws {
    let message = try #require(DNSPacket(Samples.multicastQuery[...]))
    #expect(message.questions.map(\.name) == ["_hue._tcp.local", "_hue._tcp.local"])
    #expect(message.questions.map(\.type) == [12, 255] && !message.isResponse)
  }

  @Test(arguments: [[0xc0, 12] as [UInt8], [1, 0x61, 0xc0, 12], [0xc0, 14, 0xc0, 12]])
  func namesThatTurnInCirclesEnd(name: [UInt8]) throws {
    let message = try #require(DNSPacket(([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 1, 0, 1])[...]))
    #expect(message.questions.isEmpty)
  }

  @Test func readsAClientHello() throws {
    let hello = try #require(TLSClientHello(Samples.clientHello[...]))
    #expect(hello.version == 0x0303 && hello.ciphers == [0x1301, 0xc02f] && hello.extensions == [0, 23])
    #expect(hello.serverName == "a.example")
  }

  @Test func readsASearch() throws {
    let message = try #require(HeaderMessage(Array(Samples.search.utf8)[...]))
    #expect(message.start == "M-SEARCH * HTTP/1.1" && message.headers["st"] == "ssdp:all")
    #expect(HeaderMessage([0x16, 3, 1]) == nil)
  }
}
