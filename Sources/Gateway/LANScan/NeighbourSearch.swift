import Addresses
import LinuxIO
import Packets

/// Asks all stations of a link for their IPv6 addresses, which no sweep can: there are too many to ask one by one.
final class NeighbourSearch {
  /// A question to all, and when it is asked after the start.
  private static let rounds: [(after: Duration, question: ICMPv6Request.Question)] = [
    (.zero, .echoToAll), (.milliseconds(50), .groupsOfAll), (.milliseconds(600), .echoToAll),
    (.milliseconds(1200), .echoToAll), (.milliseconds(1250), .groupsOfAll), (.milliseconds(1800), .echoToAll),
  ]
  /// How long answers to the last question are awaited: they are spread over a second (RFC 3810, section 9.3).
  private static let wait: Duration = .milliseconds(1200)
  private static let turnLimit = 256

  /// ICMPv6, also behind the extension header that group reports have.
  private static let filter = PacketFilter.whenOneOf(
    [UInt32(IPPacket.icmpv6), 0], .byte(20), .take, otherwise: .leave)

  private let packets: PacketSocket
  private let hardware: MACAddress
  private let source: IPv6Address
  private let loop: EventLoop
  private let startedAt: Duration
  private var rounds = NeighbourSearch.rounds[...]
  private var token: EventLoop.Token?

  /// `heard` is told who spoke, as often as it does.
  ///
  /// `nil` where the interface has no IPv6; throws where the raw socket is refused.
  init?(
    on interface: NetworkInterface, loop: EventLoop, heard: @escaping (ICMPv6Message) -> Void
  ) throws(SystemError) {
    guard let hardware = interface.hardwareAddress, let source = interface.linkLocal else { return nil }
    self.hardware = hardware
    self.source = source
    self.loop = loop
    startedAt = loop.now
    packets = try PacketSocket(on: interface, etherType: EthernetFrame.ipv6, filter: Self.filter)
    token = loop.watch(packets.descriptor, for: .read) { [weak self] _ in
      // Bounded, so that a flood does not hold the loop.
      for _ in 0..<Self.turnLimit {
        guard let self, let frame = try? packets.receive() else { return }
        if let message = EthernetFrame(frame[...]).flatMap(ICMPv6Message.init) { heard(message) }
      }
    }
  }

  /// When the next question is due; `nil` when all were asked.
  var due: Duration? { rounds.first.map { startedAt + $0.after } }

  /// When who is there has had time to answer.
  var heardAt: Duration { startedAt + (Self.rounds.last?.after ?? .zero) + Self.wait }

  /// Asks what is due; returns how many packets that took.
  func ask(now: Duration) -> Int {
    var asked = 0
    while let due, due <= now, let round = rounds.popFirst() {
      send(round.question)
      asked += 1
    }
    return asked
  }

  /// Asks one station whether it is still there.
  func solicit(_ address: IPv6Address) { send(.solicit(address)) }

  func close() { loop.cancel(token) }

  private func send(_ question: ICMPv6Request.Question) {
    // What the kernel does not take now is asked again in the next round.
    _ = try? packets.send(ICMPv6Request(hardware: hardware, source: source, question: question).frame)
  }
}
