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
    /// Whether the device's description is fetched, which says nothing of the port that it is fetched from.
    var describes = false
    /// What the TLS handshakes on this port told.
    var tls: [ServiceFact: String] = [:]
  }

  struct DatagramAttempt: Sendable {
    var probe: Int
    var count = 0
    var deadline: Duration = .zero
  }

  /// One connection, being made or made.
  struct Connection: Sendable {
    let address: IPAddress
    var attempt: Attempt
    let startedAt: Duration
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

  /// What is under way with one device, over all of its addresses.
  struct Manners: Sendable {
    var pacer: Pacer
    var connecting = 0
    var talking = 0
    /// A connection that must stay the only one to its device is under way.
    var isExclusive = false
    /// An industrial port is open, or the device has become slow: one connection at a time from now on.
    var isFragile = false
    var haste = Haste()

    /// Whether a connection to the port may be begun now.
    func allowsConnection(to port: UInt16, _ politeness: Politeness) -> Bool {
      if isExclusive { return false }
      if isFragile || PortPolicy(port: port).isExclusive { return connecting + talking == 0 }
      return talking < politeness.conversationsPerDevice
    }
  }

  /// What is still to be asked of one address, and what came of it.
  struct Target: Sendable {
    let device: MACAddress
    var tcp: [Attempt]
    var udp: [DatagramAttempt]
    /// Datagrams that were not answered, to be asked again at the end where packets get lost.
    var udpIfLossy: [DatagramAttempt] = []
    /// Datagrams that wait for an answer, by probe.
    var asked: [Int: DatagramAttempt] = [:]
    var followUps: [FollowUp] = []
    var followUpCount = 0
    /// Ports that the device itself has named and that the list does not hold.
    var named: Set<UInt16> = []
    /// Places of descriptions that the device gave and that were, or will be, asked.
    var places: Set<DescriptionPlace> = []
    /// What the first of them said.
    var description: [ServiceFact: String] = [:]
    var connecting = 0
    var talking = 0
    var silentInARow = 0
    /// Ports that were refused, as closed ports are.
    var refusals = 0
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

    func hasWork(_ manners: Manners, _ politeness: Politeness) -> Bool {
      if isGone || verifyDeadline != nil { return false }
      return mayConnect(manners, politeness) || !udp.isEmpty || followUps.contains { $0.deadline == nil }
    }

    private func mayConnect(_ manners: Manners, _ politeness: Politeness) -> Bool {
      tcp.first.map { manners.allowsConnection(to: $0.port, politeness) } ?? false
    }

    /// Takes the probe to send now: datagrams first, what they announce helps the rest.
    mutating func nextProbe(_ manners: inout Manners, _ politeness: Politeness) -> Probe? {
      if let index = followUps.firstIndex(where: { $0.deadline == nil }) { return .followUp(index) }
      if !udp.isEmpty { return .datagram(udp.removeFirst()) }
      guard mayConnect(manners, politeness) else { return nil }
      let attempt = tcp.removeFirst()
      manners.isExclusive = manners.isFragile || PortPolicy(port: attempt.port).isExclusive
      return .connect(attempt)
    }
  }
}

extension PortPolicy {
  /// Whether a connection to the port must be the only one to its device.
  var isExclusive: Bool { if case .only = self { true } else { false } }
}
