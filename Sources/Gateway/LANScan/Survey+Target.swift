import Addresses
import Identify
import Posture

extension Survey {
  /// A TCP port to connect to.
  struct Attempt: Sendable {
    var port: UInt16
    var count = 0
    /// The conversation that goes on over a further connection.
    var conversation: Conversation?
    var limit: Duration?
  }

  struct DatagramAttempt: Sendable {
    var probe: Int
    var count = 0
    var deadline: Duration = .zero
  }

  /// One connection, being made or made.
  struct Connection: Sendable {
    let address: IPv4Address
    var attempt: Attempt
    var isOpen = false
    /// When the present step has taken too long.
    var deadline: Duration
    /// When the whole conversation has taken too long.
    let limit: Duration
  }

  /// A question that an earlier answer led to, on the same port.
  struct FollowUp: Sendable {
    let probe: DatagramProbe
    let port: Port
    /// Set once it was sent.
    var deadline: Duration?
  }

  enum Probe {
    case connect(Attempt)
    case datagram(DatagramAttempt)
    /// The place in the target's list of follow-ups.
    case followUp(Int)
  }

  /// What is still to be asked of one address, and what came of it.
  struct Target: Sendable {
    var pacer: Pacer
    var tcp: [Attempt]
    var udp: [DatagramAttempt]
    /// Datagrams that wait for an answer, by probe.
    var asked: [Int: DatagramAttempt] = [:]
    var followUps: [FollowUp] = []
    var followUpCount = 0
    var connecting = 0
    var talking = 0
    /// A connection that must stay the only one to its device is under way.
    var isExclusive = false
    /// An industrial port is open: one connection at a time from now on.
    var isFragile = false
    var silentInARow = 0
    var verifyDeadline: Duration?
    /// Ports that the device announced, with what they should speak.
    var hints: [UInt16: [String]] = [:]
    var result = Result()

    /// Probes that were sent and may still be answered, however late.
    var unanswered: Set<Int> = []

    var isGone: Bool { result.remarks.contains(.stoppedAnswering) }

    /// Ports that took a connection and never said a word.
    var mutePorts = 0
    var hasSpoken = false
    var isMute: Bool { !hasSpoken && mutePorts >= Survey.muteLimit }

    var remaining: Int { tcp.count + udp.count + asked.count + connecting + talking }

    var isDone: Bool {
      connecting + talking == 0
        && (isGone || tcp.isEmpty && udp.isEmpty && asked.isEmpty && followUps.isEmpty)
    }

    func hasWork(_ politeness: Politeness) -> Bool {
      if isGone || verifyDeadline != nil { return false }
      return mayConnect(politeness) || !udp.isEmpty || followUps.contains { $0.deadline == nil }
    }

    private func mayConnect(_ politeness: Politeness) -> Bool {
      guard let next = tcp.first, !isExclusive else { return false }
      if isFragile || PortPolicy(port: next.port).isExclusive { return connecting + talking == 0 }
      return talking < politeness.conversationsPerDevice
    }

    /// Takes the probe to send now: datagrams first, what they announce helps the rest.
    mutating func nextProbe(_ politeness: Politeness) -> Probe? {
      if let index = followUps.firstIndex(where: { $0.deadline == nil }) { return .followUp(index) }
      if !udp.isEmpty { return .datagram(udp.removeFirst()) }
      guard mayConnect(politeness) else { return nil }
      let attempt = tcp.removeFirst()
      isExclusive = isFragile || PortPolicy(port: attempt.port).isExclusive
      return .connect(attempt)
    }
  }
}

extension PortPolicy {
  /// Whether a connection to the port must be the only one to its device.
  var isExclusive: Bool { if case .only = self { true } else { false } }
}
