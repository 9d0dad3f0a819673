/// Writes what follows the header of IP in a datagram or an echo, and knows what an error would quote of any probe.
struct ProbeBodies: Sendable {
  let cookie: ProbeCookie
  let ports: SourcePorts
  /// What is asked of each service of a target, where that is a question of UDP.
  private let questions: [DatagramQuestion?]
  /// What the address that probes come from adds to a checksum.
  private let sourceSum4: UInt32
  private let sourceSum6: UInt32

  init(cookie: ProbeCookie, ports: SourcePorts, services: [ProbedService] = []) {
    self.cookie = cookie
    self.ports = ports
    questions = services.map(\.question)
    sourceSum4 = ProbeFrames.sum(cookie.source(isVersion4: true))
    sourceSum6 = ProbeFrames.sum(cookie.source(isVersion4: false))
  }

  /// The longest of what it writes: the header of UDP, and a question.
  var longest: Int { 8 + (questions.compactMap { $0?.size }.max() ?? 8) }

  /// So many octets have room for any of them.
  static let longest = 8 + DatagramQuestion.longest

  /// The question as it is put to a target.
  func question(_ question: DatagramQuestion, to target: Target, _ kind: ProbeKind) -> [UInt8] {
    question.ask(cookie.value(target, sourcePort: ports.port(of: kind)), target.isVersion4)
  }

  /// Writes a datagram with its header (RFC 768), or an echo request; returns how long it is.
  func write(to target: Target, _ kind: ProbeKind, at place: UnsafeMutableRawPointer) -> Int {
    let sourcePort = ports.port(of: kind)
    let value = cookie.value(target, sourcePort: sourcePort)
    let count: Int
    if target.transport == .udp {
      guard let question = questions[Int(target.index % UInt64(questions.count))] else { return 0 }
      count = 8 + question.write(value, isVersion4: target.isVersion4, to: place + 8)
      let length = UInt64(UInt16(truncatingIfNeeded: count))
      let head = UInt64(question.answerPort ?? sourcePort) << 48 | UInt64(target.port) << 32 | length << 16
      place.storeBytes(of: head.bigEndian, as: UInt64.self)
      let check = checksum(place, count, to: target)
      // All zeros would say that there is none.
      place.storeBytes(of: (check == 0 ? 0xffff : check).bigEndian, toByteOffset: 6, as: UInt16.self)
    } else {
      // The try is the identifier, the rest a cookie (RFC 792; RFC 4443, section 4.1).
      count = 16
      let head = UInt64(target.isVersion4 ? 8 : 128) << 56 | UInt64(sourcePort) << 16 | value >> 48
      place.storeBytes(of: head.bigEndian, as: UInt64.self)
      place.storeBytes(of: value.bigEndian, toByteOffset: 8, as: UInt64.self)
      let check = checksum(place, count, to: target)
      place.storeBytes(of: check.bigEndian, toByteOffset: 2, as: UInt16.self)
    }
    return count
  }

  /// The same as octets of its own.
  func body(to target: Target, _ kind: ProbeKind) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.longest) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      count = write(to: target, kind, at: UnsafeMutableRawPointer(start))
    }
  }

  /// Over the pseudo-header (RFC 768; RFC 8200, section 8.1), which an echo of version 4 does without.
  private func checksum(_ place: UnsafeMutableRawPointer, _ count: Int, to target: Target) -> UInt16 {
    var sum = ProbeFrames.sum(UnsafeRawPointer(place), count)
    if target.transport != .icmp || !target.isVersion4 {
      sum &+= target.isVersion4 ? sourceSum4 : sourceSum6
      var rest = target.number
      while rest != 0 {
        sum &+= ProbeFrames.words(UInt32(truncatingIfNeeded: rest))
        rest >>= 32
      }
      sum &+= UInt32(target.transport.number(isVersion4: target.isVersion4)) &+ UInt32(count)
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
    case .udp: return big32(body(to: target, kind)[4..<8])
    case .icmp:
      let request = body(to: target, kind)
      return big32(request[2..<4] + request[6..<8])
    }
  }
}
