/// Writes what follows the header of IP in a datagram or an echo, and knows what an error would quote of any probe.
struct ProbeBodies: Sendable {
  let cookie: ProbeCookie
  let ports: SourcePorts
  /// What is asked at which port of UDP.
  private let questions: [UInt16: DatagramQuestion]

  init(cookie: ProbeCookie, ports: SourcePorts, services: [ProbedService] = []) {
    self.cookie = cookie
    self.ports = ports
    let asked = services.compactMap(\.question)
    questions = Dictionary(asked.map { ($0.port, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The longest of what it writes: the header of UDP, and a question.
  var longest: Int { 8 + (questions.values.map(\.size).max() ?? 8) }

  /// The question as it is put to a target.
  func question(_ question: DatagramQuestion, to target: Target, _ kind: ProbeKind) -> [UInt8] {
    question.ask(cookie.value(target, sourcePort: ports.port(of: kind)), target.isVersion4)
  }

  /// A datagram with its header (RFC 768).
  func datagram(to target: Target, _ kind: ProbeKind) -> [UInt8] {
    guard let question = questions[target.port] else { return [] }
    let payload = self.question(question, to: target, kind)
    let length = UInt64(8 + payload.count)
    let sourcePort = question.answerPort ?? ports.port(of: kind)
    let head = UInt64(sourcePort) << 48 | UInt64(target.port) << 32 | length << 16
    var bytes = Octets.of(head, 8) + payload
    let check = checksum(bytes, to: target)
    // All zeros would say that there is none.
    bytes.replaceSubrange(6..<8, with: Octets.of(UInt64(check == 0 ? 0xffff : check) << 48, 2))
    return bytes
  }

  /// An echo request: the try is its identifier, the rest a cookie (RFC 792; RFC 4443, section 4.1).
  func echo(to target: Target, _ kind: ProbeKind) -> [UInt8] {
    let value = cookie.value(target, sourcePort: ports.port(of: kind))
    let head = UInt64(target.isVersion4 ? 8 : 128) << 56 | UInt64(ports.port(of: kind)) << 16 | value >> 48
    var bytes = Octets.of(head, 8) + Octets.of(value, 8)
    bytes.replaceSubrange(2..<4, with: Octets.of(UInt64(checksum(bytes, to: target)) << 48, 2))
    return bytes
  }

  /// Over the pseudo-header (RFC 768; RFC 8200, section 8.1), which an echo of version 4 does without.
  private func checksum(_ bytes: [UInt8], to target: Target) -> UInt16 {
    var sum = ProbeFrames.sum(bytes)
    if target.transport != .icmp || !target.isVersion4 {
      sum +=
        ProbeFrames.sum(cookie.source(isVersion4: target.isVersion4))
        + ProbeFrames.sum(Self.octets(of: target))
      sum += UInt32(target.transport.number(isVersion4: target.isVersion4)) + UInt32(bytes.count)
    }
    return ProbeFrames.checksum(sum)
  }

  static func octets(of target: Target) -> [UInt8] {
    let number = target.number
    return target.isVersion4
      ? Octets.of(UInt64(truncatingIfNeeded: number) << 32, 4)
      : Octets.of(UInt64(truncatingIfNeeded: number >> 64), 8)
        + Octets.of(UInt64(truncatingIfNeeded: number), 8)
  }

  /// What an error that quotes the first eight octets of a probe proves (see ``Heard/Complaint/proof``).
  func proof(of target: Target, _ kind: ProbeKind) -> UInt32 {
    func big32(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
    switch target.transport {
    case .tcp:
      return cookie.sequence(
        number: target.number, isVersion4: target.isVersion4, port: target.port,
        sourcePort: ports.port(of: kind))
    case .udp: return big32(datagram(to: target, kind)[4..<8])
    case .icmp:
      let request = echo(to: target, kind)
      return big32(request[2..<4] + request[6..<8])
    }
  }
}
