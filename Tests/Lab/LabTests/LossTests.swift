import Addresses
import Foundation
import LinuxIO
import Testing

@testable import Lab

@Suite("Loss", .serialized)
struct LossTests {
  /// Headers that mean nothing to whom they reach.
  ///
  /// To ARP an operation nobody knows, to IPv4 a protocol for experiments (RFC 3692), to IPv6, which carries
  /// neighbour discovery, no next header (RFC 8200). A bridge drops IP headers that are wrong.
  private static let headers: [UInt16: [UInt8]] = [
    0x0806: [0xff],
    0x0800: [0x45, 0, 0, 46, 0, 0, 0, 0, 1, 253, 0xb8, 0xd4, 0, 0, 0, 0, 255, 255, 255, 255],
    0x86dd: [0x60, 0, 0, 0, 0, 6, 59, 1] + [UInt8](repeating: 0, count: 16) + [0xff, 2]
      + [UInt8](repeating: 0, count: 13) + [1],
  ]
  private static let sent = 3000

  /// The number that arrives is binomial.
  ///
  /// Of six counts one lies beyond five standard deviations, 82 frames of
  /// 3,000, once in 300,000 runs.
  @Test("the gateway loses its share of every kind of frame, each way, and nobody else loses any")
  func share() throws {
    try withScratch { store in
      var options = options(store)
      options.only = ["telnet", "water-logger"]
      options.loss = 10
      let lab = try LabRun.up(.small, options)
      defer { try? lab.down() }
      #expect(lab.document.lan.loss == 10)
      for type in Self.headers.keys.sorted() {
        for (sender, receiver) in [("gw", "telnet"), ("telnet", "gw")] {
          let arrived = try arriving(lab, from: sender, at: receiver, type)
          #expect((2618...2782).contains(arrived), "\(sender) to \(receiver), EtherType \(type)")
        }
        #expect(try arriving(lab, from: "telnet", at: "water-logger", type) == Self.sent)
      }
    }
  }

  @Test("a loss that leaves nothing to measure is refused")
  func refused() throws {
    try withScratch { store in
      var options = options(store)
      options.loss = 51
      #expect(throws: LabError.self) { try LabRun.up(.small, options) }
      let result = try LabProgram().run(["up", "small", "--loss", "100"], store: store)
      #expect(result.status == 64)
      #expect(store.identifiers() == [])
    }
  }

  /// Sends frames that mean nothing to whom they reach, and counts those that do.
  private func arriving(
    _ lab: LabRun, from sender: String, at receiver: String, _ type: UInt16
  ) throws -> Int {
    let names = [sender, receiver].map { $0 == "gw" ? "lan0" : "eth0" }
    let doors = try [sender, receiver].map { try NetworkNamespace(name: lab.namespace(of: $0)).open() }
    defer { doors.forEach { close($0) } }
    return try onOwnThread {
      try NetworkNamespace.enter(doors[0])
      let source = try #require(try NetworkInterface.named(names[0]))
      let output = try PacketSocket(on: source, etherType: 0)
      try NetworkNamespace.enter(doors[1])
      let target = try #require(try NetworkInterface.named(names[1]))
      let input = try PacketSocket(on: target, etherType: type)
      let from = try #require(source.hardwareAddress), to = try #require(target.hardwareAddress)
      let header = try #require(Self.headers[type])
      let body = header + [UInt8](repeating: 0xff, count: 46 - header.count)
      let frame = to.octets + from.octets + [UInt8(type >> 8), UInt8(type & 0xff)] + body
      var arrived = 0
      func count() throws {
        while let received = try input.receive() { if received == frame { arrived += 1 } }
      }
      for _ in 0..<Self.sent {
        _ = try output.send(frame)
        try count()
      }
      // The kernel may still have the last of them in hand.
      var entry = pollfd(fd: input.descriptor.number, events: Int16(POLLIN), revents: 0)
      while poll(&entry, 1, 200) > 0 { try count() }
      return arrived
    }
  }
}
