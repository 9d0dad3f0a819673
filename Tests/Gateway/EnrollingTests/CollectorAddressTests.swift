import Enrolling
import Testing

@Suite struct CollectorAddressTests {
  @Test(
    arguments: [
      ("collector.example", "collector.example", 8443), ("collector.example:443", "collector.example", 443),
      ("https://collector.example/", "collector.example", 8443), ("192.0.2.7:9000", "192.0.2.7", 9000),
      ("[2001:db8::7]:9000", "2001:db8::7", 9000), ("2001:db8::7", "2001:db8::7", 8443),
      ("[2001:db8::7]", "2001:db8::7", 8443),
    ] as [(String, String, UInt16)])
  func `an address is read as people write it`(text: String, host: String, port: UInt16) throws {
    let address = try #require(CollectorAddress(text))
    #expect((address.host, address.port) == (host, port))
    #expect(CollectorAddress(address.description) == address)
  }

  @Test(arguments: [
    "", ":8443", "a:0", "a:65536", "a:b", "http://a", "a/b", "a b", "[2001:db8::7", "[::1]x", "a\u{1b}[1m",
    String(repeating: "a", count: 254),
  ])
  func `what is no address is refused`(text: String) {
    #expect(CollectorAddress(text) == nil)
  }
}
