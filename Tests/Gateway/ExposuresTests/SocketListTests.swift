import Addresses
import Glibc
import LinuxIO
import Testing

/// The kernel's list of sockets, and what is no such list.
struct SocketListTests {
  @Test func ourOwnListenerIsThere() throws {
    let four = try TCPStream.listen(on: Endpoint(.v4(IPv4Address(bits: 0x7f00_0001)), 0))
    let six = try TCPStream.listen(on: Endpoint(.v6(IPv6Address(bits: 1)), 0))
    let sockets = try SocketTable.waiting()
    for descriptor in [four, six] {
      let own = try #require(TCPStream.localEndpoint(of: descriptor))
      let listed = try #require(sockets.first { $0.port == .tcp(own.port) && $0.address == own.address })
      var facts = stat()
      #expect(fstat(descriptor.number, &facts) == 0)
      #expect(UInt64(listed.inode) == UInt64(facts.st_ino) && listed.uid == geteuid())
      #expect(!listed.takesVersion4)
    }
  }

  @Test func theStrangestErrorIsOne() {
    // A message of 20 bytes of type 2, an error, with the one number that has no opposite.
    let bytes: [UInt8] = [20, 0, 0, 0, 2, 0] + [UInt8](repeating: 0, count: 10) + [0, 0, 0, 0x80]
    var found: [ListedSocket] = []
    #expect(throws: SystemError.self) { try SocketTable.parse(bytes, .tcp, into: &found) }
  }

  @Test(arguments: 0..<8) func bytesThatAreNoListAreNone(_ seed: UInt64) {
    var chance = Chance(seed: seed)
    for _ in 0..<2000 {
      var bytes = (0..<Int.random(in: 0..<300, using: &chance)).map { _ in
        UInt8.random(in: 0...255, using: &chance)
      }
      // A plausible length, so that what is behind it is read.
      if bytes.count >= 16 {
        bytes[0] = UInt8(clamping: bytes.count)
        bytes[1] = 0
        bytes[2] = 0
        bytes[3] = 0
      }
      var found: [ListedSocket] = []
      _ = try? SocketTable.parse(bytes, .tcp, into: &found)
      #expect(found.count <= bytes.count / 72)
    }
  }
}
