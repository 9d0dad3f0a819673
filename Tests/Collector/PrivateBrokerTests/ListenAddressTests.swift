import Addresses
import PrivateBroker
import Testing

@Suite struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1:1883", true), ("127.0.0.1:7", "127.0.0.1:7", true), ("::1", "[::1]:1883", true),
    ("[::1]:7", "[::1]:7", true), ("0.0.0.0:1883", "0.0.0.0:1883", false),
    ("192.0.2.1", "192.0.2.1:1883", false),
  ]) func `reads addresses`(text: String, written: String, isLoopback: Bool) throws {
    let listen = try #require(ListenAddress(text))
    #expect(listen.description == written)
    #expect(listen.isLoopback == isLoopback)
  }

  @Test(arguments: ["", "1883", "localhost", "127.0.0.1:0", "127.0.0.1:70000", "[127.0.0.1]:7", "127.0.0.1:"])
  func `refuses others`(text: String) {
    #expect(ListenAddress(text) == nil)
  }

  @Test func `reaches a broker on every address by loopback`() {
    #expect(ListenAddress("0.0.0.0:7")?.localAddress.description == "127.0.0.1")
    #expect(ListenAddress("[::]:7")?.localAddress.description == "::1")
  }
}
