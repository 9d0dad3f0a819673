import Addresses
import Posture
import Testing

@testable import Identify

/// The safety rules for fragile equipment: what is sent to a port, whatever it answers.
struct SafetyTests {
  private let host = IPAddress.v4(IPv4Address(bits: 0xc000_0205))

  /// Everything that a conversation sends while the peer behaves in each of several ways.
  private func sent(to port: UInt16, hint: [String] = []) -> Set<[UInt8]> {
    var sent: Set<[UInt8]> = []
    for answer in Peer.characters {
      var peer = Peer(answer: answer)
      sent.formUnion(peer.talk(Conversation(host: host, port: port, hint: hint)).sent)
    }
    return sent
  }

  @Test("Printers' raw ports get a connection and not a byte", arguments: UInt16(9100)...9107)
  func rawPrinting(port: UInt16) {
    #expect(sent(to: port, hint: ["http", "jetdirect", "ipp"]).isEmpty)
  }

  /// Whoever introduces itself in a way that would lead to a question gets none on these ports.
  @Test(
    "A greeting earns no answer on a silent port",
    arguments: [UInt16(515), 2001, 4001, 6101, 9100, 9107, 10001])
  func greetedSilently(port: UInt16) {
    for recording in Recording.all where !recording.greeting.bytes.isEmpty {
      var conversation = Conversation(host: host, port: port)
      var step = conversation.opened()
      step = conversation.received(recording.greeting.bytes)
      for _ in 0..<32 {
        switch step {
        case .send, .secure: Issue.record("\(recording.label): a byte for port \(port)")
        default: break
        }
        if case .finished = step { break }
        step = conversation.silence()
      }
    }
  }

  @Test("Label printers and the line printer daemon get none either", arguments: [UInt16(515), 6101])
  func otherPrinting(port: UInt16) {
    #expect(sent(to: port).isEmpty)
  }

  @Test(
    "An industrial port gets its own question first and nothing foreign after it",
    arguments: [
      (UInt16(102), "s7comm"), (502, "modbus"), (1911, "fox"), (2404, "iec-104"), (4840, "opc-ua"),
      (5094, "hart-ip"),
      (9600, "fins"), (20000, "dnp3"), (44818, "ethernet-ip"),
    ])
  func industrial(port: UInt16, name: String) throws {
    let own = try #require(Handshake.named(name))
    #expect(PortPolicy(port: port) == .only(name))
    #expect(sent(to: port, hint: ["http", "tls", "mqtt"]) == [own.request(host.literal)])
  }

  @Test("A Modbus device gets one request on one connection")
  func oneConnection() {
    for answer in Peer.characters {
      var peer = Peer(answer: answer)
      #expect(peer.talk(Conversation(host: host, port: 502)).connections == 1)
    }
  }

  @Test("No datagram names a community unless the owner agreed, and each is small")
  func datagrams() {
    let word = Array("public".utf8)
    for probe in DatagramProbe.all {
      #expect(probe.request((host, 40_000)).firstRange(of: word) == nil)
    }
    #expect(DatagramProbe.asGuest.map(\.name) == ["snmp-public"])
    for probe in DatagramProbe.all + DatagramProbe.asGuest {
      let bytes = probe.request((host, 40_000))
      #expect(!bytes.isEmpty && bytes.count <= 1232, "\(probe.name): \(bytes.count)")
    }
  }

  @Test("A guest's name is sent only with consent, and to FTP alone", arguments: [false, true])
  func guests(asGuest: Bool) {
    for greeting in ["220 FTP ready\r\n", "220 mail ESMTP\r\n", "220 hello\r\n", "+OK\r\n", "login: "] {
      var peer = Peer(answer: .silence, greeting: Array(greeting.utf8))
      let sent = peer.talk(Conversation(host: host, port: 2121, asGuest: asGuest)).sent
      let isTried = sent.contains { $0.starts(with: Array("USER ".utf8)) }
      #expect(isTried == (asGuest && greeting.contains("FTP")), "\(greeting)")
    }
  }

  @Test("BACnet's port gets BACnet only")
  func bacnetPort() {
    for probe in DatagramProbe.all where probe.port == 47808 {
      #expect(probe.request((host, 40_000)).first == 0x81)
    }
  }
}
