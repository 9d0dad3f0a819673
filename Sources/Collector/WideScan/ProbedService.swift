/// By which protocol somebody is probed.
package enum ProbeTransport: String, Hashable, Sendable, CaseIterable {
  case tcp, udp
  /// An echo request of ICMP (RFC 792) or ICMPv6 (RFC 4443, section 4.1), which has no port.
  case icmp

  /// The number in the header of IP (IANA, "Assigned Internet Protocol Numbers").
  func number(isVersion4: Bool) -> UInt8 {
    switch self {
    case .tcp: 6
    case .udp: 17
    case .icmp: isVersion4 ? 1 : 58
    }
  }
}

/// What each address is probed for: a port of TCP, a question to a port of UDP, or an echo.
package struct ProbedService: Hashable, Sendable {
  package let transport: ProbeTransport
  /// 0 for an echo.
  package let port: UInt16
  /// What is asked, of UDP.
  package let question: DatagramQuestion?

  package static func tcp(_ port: UInt16) -> ProbedService {
    ProbedService(transport: .tcp, port: port, question: nil)
  }

  package static func udp(_ question: DatagramQuestion) -> ProbedService {
    ProbedService(transport: .udp, port: question.port, question: question)
  }

  package static let echo = ProbedService(transport: .icmp, port: 0, question: nil)

  private init(transport: ProbeTransport, port: UInt16, question: DatagramQuestion?) {
    self.transport = transport
    self.port = port
    self.question = question
  }
}

extension ProbedService: CustomStringConvertible {
  package var description: String {
    switch transport {
    case .tcp: "tcp/\(port)"
    case .udp: "udp/\(port) \(question?.name ?? "")"
    case .icmp: "echo"
    }
  }
}

/// Where each service is in a list of them, found by transport and port.
struct ServiceSlots: Sendable {
  /// The place of each TCP port, -1 for those that are not in the list: it is asked for at every answer.
  private var ofTCP: [Int32]
  private var ofUDP: [UInt16: Int] = [:]
  private var ofEcho: Int?

  /// `nil` where two are the same, or a port is none.
  init?(_ services: [ProbedService]) {
    ofTCP = [Int32](repeating: -1, count: services.contains { $0.transport == .tcp } ? 65_536 : 0)
    for (slot, service) in services.enumerated() {
      guard self[service.transport, service.port] == nil, (service.port == 0) == (service.transport == .icmp)
      else { return nil }
      switch service.transport {
      case .tcp: ofTCP[Int(service.port)] = Int32(slot)
      case .udp: ofUDP[service.port] = slot
      case .icmp: ofEcho = slot
      }
    }
  }

  subscript(transport: ProbeTransport, port: UInt16) -> Int? {
    switch transport {
    case .tcp:
      guard !ofTCP.isEmpty, ofTCP[Int(port)] >= 0 else { return nil }
      return Int(ofTCP[Int(port)])
    case .udp: return ofUDP[port]
    case .icmp: return port == 0 ? ofEcho : nil
    }
  }
}
