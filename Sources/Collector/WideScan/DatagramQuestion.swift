/// One question to a UDP port, which only the protocol that it names answers, and which an answer repeats a part of.
///
/// What is repeated is a cookie: a stranger who has not seen the question cannot answer it. Where a protocol repeats
/// nothing, all that speaks for an answer is that it comes from the address and port that were asked, to the port that
/// asked; ``proofBits`` is 0 then, and a result says so.
package struct DatagramQuestion: Sendable {
  package let name: String
  /// Where it is asked; the protocol's own port unless a plan says otherwise.
  package let port: UInt16
  /// How many bits of the cookie an answer repeats.
  package let proofBits: Int
  /// The octets of the largest answer that is expected.
  package let largestAnswer: Int
  /// The port that answers go to whoever asked, where the protocol demands one; questions then leave from there as well.
  let answerPort: UInt16?
  /// What it says to an address of version 4, and of version 6; the cookie comes on top of it.
  private let octets4: [UInt8]
  private let octets6: [UInt8]
  private let marks: [CookieMark]
  /// Whether `answer` is one of its protocol that has seen `asked`.
  let isAnswered: @Sendable (_ answer: [UInt8], _ asked: [UInt8]) -> Bool

  init(
    _ name: String, port: UInt16, proofBits: Int, largestAnswer: Int, answerPort: UInt16? = nil,
    octets: [UInt8], octets6: [UInt8]? = nil, marks: [CookieMark] = [],
    isAnswered: @escaping @Sendable (_ answer: [UInt8], _ asked: [UInt8]) -> Bool
  ) {
    self.name = name
    self.port = port
    self.proofBits = proofBits
    self.largestAnswer = largestAnswer
    self.answerPort = answerPort
    octets4 = octets
    self.octets6 = octets6 ?? octets
    self.marks = marks
    self.isAnswered = isAnswered
  }

  /// The same asked at another port.
  package func at(port: UInt16) -> DatagramQuestion {
    DatagramQuestion(
      name, port: port, proofBits: proofBits, largestAnswer: largestAnswer, answerPort: answerPort,
      octets: octets4, octets6: octets6, marks: marks, isAnswered: isAnswered)
  }

  /// As a plan names it: `snmp`, or with a port that is not its protocol's own, `snmp:1161`.
  package var word: String { Self.named(name)?.port == port ? name : "\(name):\(port)" }

  /// What is asked where nobody has seen yet what a port speaks.
  package static func usual(at port: UInt16) -> DatagramQuestion? { all.first { $0.port == port } }

  /// The octets of the question.
  package var size: Int { octets4.count }

  /// Writes it with a cookie, where there is room for ``longest`` octets; returns how long it is.
  func write(_ cookie: UInt64, isVersion4: Bool, to place: UnsafeMutableRawPointer) -> Int {
    (isVersion4 ? octets4 : octets6).withUnsafeBytes { octets in
      UnsafeMutableRawBufferPointer(start: place, count: octets.count).copyMemory(from: octets)
      for mark in marks { mark.put(cookie, to: place) }
      return octets.count
    }
  }

  func ask(_ cookie: UInt64, _ isVersion4: Bool) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.longest) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      count = write(cookie, isVersion4: isVersion4, to: UnsafeMutableRawPointer(start))
    }
  }

  /// How many octets may come back for one that is sent, headers left out on both sides.
  ///
  /// So they are counted in C. Rossow, "Amplification Hell", NDSS 2014.
  package var amplification: Double { Double(largestAnswer) / Double(size) }

  /// No question is longer, in octets.
  static let longest = 640

  /// What a plan may ask.
  ///
  /// SNMP is asked for its engine alone, which needs no community, and nothing here names anybody.
  package static let all: [DatagramQuestion] = [
    .dns, .ntp, .snmp, .ssdp, .coap, .echonetLite, .bacnet, .knx, .mdns, .nbns, .sip, .wsDiscovery, .rpcbind,
    .memcached, .echo, .chargen, .quote,
  ]

  package static func named(_ name: String) -> DatagramQuestion? { all.first { $0.name == name } }
}

extension DatagramQuestion: Hashable {
  package static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.port == right.port
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(port)
  }
}

/// Octets of numbers, the most significant first.
enum Octets {
  /// The first `count` of the eight octets of a number.
  static func of(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
  }
}

extension [UInt8] {
  func holds(_ part: some Collection<UInt8>) -> Bool {
    guard let first = part.first, count >= part.count else { return false }
    return (0...count - part.count).contains {
      self[$0] == first && self[$0..<$0 + part.count].elementsEqual(part)
    }
  }

  /// Whether octets from `place` on are the same as those of another; false where either ends too soon.
  func repeats(_ other: [UInt8], _ range: Range<Int>, at place: Int? = nil) -> Bool {
    let start = place ?? range.lowerBound
    guard range.upperBound <= other.count, start + range.count <= count else { return false }
    return self[start..<start + range.count].elementsEqual(other[range])
  }
}
