import Addresses

/// What is known of a target from an answer.
package enum TargetState: String, Hashable, Sendable, CaseIterable {
  /// Somebody takes connections.
  case open
  /// The host is there, and nobody takes connections.
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
  case answer(Target, TargetState, ProbeKind, by: IPAddress, hops: UInt8, acknowledgement: UInt32)
  /// It proves no knowledge of a probe of ours.
  case forged
  /// It is about no target: another host, another port, or nothing that answers a SYN.
  case unrelated
}

/// Believes only what proves to have seen a probe.
struct Judge: Sendable {
  let space: TargetSpace
  let cookie: ProbeCookie
  let ports: SourcePorts

  /// A window as small as this lets nobody say anything useful.
  private static let uselessWindow = 16

  func judge(_ heard: Heard) -> Verdict {
    switch heard {
    case .segment(let segment): judge(segment)
    case .complaint(let complaint): judge(complaint)
    }
  }

  private func judge(_ segment: Heard.Segment) -> Verdict {
    guard let kind = ports.kind(of: segment.destinationPort),
      let target = space.target(segment.source, segment.port)
    else { return .unrelated }
    let sequence = sequence(of: target, segment.destinationPort)
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
      target, state, kind, by: segment.source, hops: segment.hops, acknowledgement: segment.acknowledgement)
  }

  private func judge(_ complaint: Heard.Complaint) -> Verdict {
    guard let kind = ports.kind(of: complaint.sourcePort),
      let target = space.target(complaint.target, complaint.port)
    else { return .unrelated }
    guard complaint.sequence == sequence(of: target, complaint.sourcePort) else { return .forged }
    let isFiltered =
      complaint.target.isVersion4
      ? complaint.type == 3 && [9, 10, 13].contains(complaint.code)
      : complaint.type == 1 && [1, 5, 6].contains(complaint.code)
    return .answer(
      target, isFiltered ? .filtered : .unreachable, kind, by: complaint.by, hops: complaint.hops,
      acknowledgement: 0)
  }

  private func sequence(of target: Target, _ sourcePort: UInt16) -> UInt32 {
    cookie.sequence(
      number: target.number, isVersion4: target.isVersion4, port: target.port, sourcePort: sourcePort)
  }
}
