import Addresses

/// What is known of a target from an answer.
package enum TargetState: String, Hashable, Sendable, CaseIterable {
  /// Somebody takes connections, or has answered.
  case open
  /// The host is there, and nobody takes connections or datagrams at that port.
  case closed
  /// Somebody on the way, or the host, says that it may not be reached (RFC 1812, section 5.2.7.1; RFC 4443, section 3.1).
  case filtered
  /// Somebody on the way says that there is no way to it.
  case unreachable
  /// It takes connections only to keep callers busy: no options and hardly a window (as LaBrea does).
  case tarpit

  /// Whether asking again would bring nothing new.
  package var isSettled: Bool { self == .open || self == .closed || self == .tarpit }
}

/// What became of one frame.
enum Verdict: Hashable {
  case answer(Answer)
  /// It proves no knowledge of a probe of ours.
  case forged
  /// It is about no target: another host, another port, or nothing that answers a probe.
  case unrelated

  struct Answer: Hashable {
    var target: Target
    var state: TargetState
    var kind: ProbeKind
    var by: IPAddress
    /// `nil` where the kernel has kept it to itself.
    var hops: UInt8?
    /// What a reset has to be numbered with.
    var acknowledgement: UInt32 = 0
    /// The octets that came, of a datagram.
    var octets = 0
  }
}

/// Believes only what proves to have seen a probe.
struct Judge: Sendable {
  let space: TargetSpace
  let bodies: ProbeBodies

  var cookie: ProbeCookie { bodies.cookie }
  var ports: SourcePorts { bodies.ports }

  /// A window as small as this lets nobody say anything useful.
  static let uselessWindow = 16

  func judge(_ heard: Heard) -> Verdict {
    switch heard {
    case .segment(let segment): judge(segment)
    case .datagram(let datagram): judge(datagram)
    case .echo(let echo): judge(echo)
    case .complaint(let complaint): judge(complaint)
    }
  }

  private func judge(_ segment: Heard.Segment) -> Verdict {
    guard let kind = ports.kind(of: segment.destinationPort),
      let target = space.target(segment.source, segment.port)
    else { return .unrelated }
    let sequence = cookie.sequence(
      number: target.number, isVersion4: target.isVersion4, port: target.port,
      sourcePort: segment.destinationPort)
    let state: TargetState
    switch segment.flags & 0x17 {
    // SYN and ACK: it acknowledges the SYN, which counts as one octet (RFC 9293, section 3.4).
    case 0x12:
      guard segment.acknowledgement == sequence &+ 1 else { return .forged }
      state = !segment.hasOptions && segment.window <= Self.uselessWindow ? .tarpit : .open
    // RST, with ACK or, from some, without; and some acknowledge the SYN's own number.
    case 0x14, 0x04:
      let isOwn = segment.acknowledgement == sequence &+ 1 || segment.acknowledgement == sequence
      guard isOwn else { return .forged }
      state = .closed
    default: return .unrelated
    }
    return .answer(
      Verdict.Answer(
        target: target, state: state, kind: kind, by: segment.source, hops: segment.hops,
        acknowledgement: segment.acknowledgement))
  }

  private func judge(_ datagram: Heard.Datagram) -> Verdict {
    guard let question = space.question(at: datagram.port),
      let target = space.target(datagram.source, datagram.port, .udp)
    else { return .unrelated }
    let kinds = ports.kinds(of: datagram.destinationPort, question)
    guard !kinds.isEmpty else { return .unrelated }
    let answered = kinds.first {
      question.isAnswered(datagram.payload, bodies.question(question, to: target, $0))
    }
    guard let answered else { return .forged }
    return .answer(
      Verdict.Answer(
        target: target, state: .open, kind: answered, by: datagram.source, hops: datagram.hops,
        octets: datagram.payload.count))
  }

  private func judge(_ echo: Heard.Echo) -> Verdict {
    guard let kind = ports.kind(of: echo.identifier), let target = space.target(echo.source, 0, .icmp) else {
      return .unrelated
    }
    // Type, code and checksum differ; all the rest comes back (RFC 792).
    let asked = bodies.body(to: target, kind)
    let back = Octets.of(UInt64(echo.sequence) << 48, 2) + echo.payload
    guard asked[6...].elementsEqual(back) else { return .forged }
    return .answer(
      Verdict.Answer(target: target, state: .open, kind: kind, by: echo.source, hops: echo.hops))
  }

  private func judge(_ complaint: Heard.Complaint) -> Verdict {
    guard let target = space.target(complaint.target, complaint.port, complaint.transport) else {
      return .unrelated
    }
    let question = complaint.transport == .udp ? space.question(at: complaint.port) : nil
    let kinds = ports.kinds(of: complaint.sourcePort, question)
    guard !kinds.isEmpty else { return .unrelated }
    guard let kind = kinds.first(where: { bodies.proof(of: target, $0) == complaint.proof }) else {
      return .forged
    }
    return .answer(
      Verdict.Answer(
        target: target, state: Self.state(complaint), kind: kind, by: complaint.by, hops: complaint.hops))
  }

  /// What an error means (RFC 792; RFC 1812, section 5.2.7.1; RFC 4443, section 3.1).
  static func state(_ complaint: Heard.Complaint) -> TargetState {
    let (isVersion4, code) = (complaint.target.isVersion4, complaint.code)
    guard complaint.type == (isVersion4 ? 3 : 1) else { return .unreachable }
    // Nobody takes datagrams at that port, says the host itself.
    if complaint.transport == .udp, code == (isVersion4 ? 3 : 4), complaint.by == complaint.target {
      return .closed
    }
    return (isVersion4 ? [9, 10, 13] : [1, 5, 6]).contains(code) ? .filtered : .unreachable
  }
}
