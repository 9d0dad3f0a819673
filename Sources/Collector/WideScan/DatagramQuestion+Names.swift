extension DatagramQuestion {
  /// A resolver's version, `version.bind` in class CHAOS (RFC 4892).
  ///
  /// The cookie is the identifier, and which of the eleven letters are large, which an answer repeats with the question
  /// (D. Dagon and others, "Increased DNS Forgery Resistance Through 0x20-Bit Encoding", CCS 2008).
  static let dns = DatagramQuestion(
    "dns", port: 53, proofBits: 27, largestAnswer: 180,
    octets: [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + Array("\u{7}version\u{4}bind\0".utf8) + [0, 16, 0, 3],
    marks: [.octets(at: 0, count: 2), .capitals(at: 12, count: 14)]
  ) { answer, asked in
    // A response of the same operation with our question in it, to the letter.
    answer.repeats(asked, 0..<2) && answer.count > 2 && answer[2] & 0xf8 == 0x80
      && answer.repeats(asked, 4..<6) && answer.repeats(asked, 12..<asked.count)
  }

  /// Which kinds of service a device offers (RFC 6763, section 9), asked of one host as a resolver that knows no more
  /// would (RFC 6762, section 6.7): the answer repeats our identifier.
  static let mdns = DatagramQuestion(
    "mdns", port: 5353, proofBits: 16, largestAnswer: 500,
    octets: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
      + Array("\u{9}_services\u{7}_dns-sd\u{4}_udp\u{5}local\0".utf8) + [0, 12, 0, 1],
    marks: [.octets(at: 0, count: 2)]
  ) { answer, asked in
    answer.count >= 12 && answer.repeats(asked, 0..<2) && answer[2] & 0x80 != 0
  }

  /// The names of a Windows host, NBSTAT of `*` (RFC 1002, sections 4.2.17 and 4.2.18).
  static let nbns = DatagramQuestion(
    "nbns", port: 137, proofBits: 16, largestAnswer: 350,
    // Sixteen octets, `*` and zeros, each as two letters (RFC 1001, section 14.1).
    octets: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 32, 0x43, 0x4b] + [UInt8](repeating: 0x41, count: 30)
      + [0, 0, 0x21, 0, 1],
    marks: [.octets(at: 0, count: 2)]
  ) { answer, asked in
    // The name that was asked comes first, then the kind NBSTAT.
    answer.repeats(asked, 0..<2) && answer.count > 2 && answer[2] & 0x80 != 0
      && answer.repeats(asked, 12..<48)
  }

  /// The time, as a client asks for it; a server repeats our own as origin (RFC 5905, section 7.3).
  static let ntp = DatagramQuestion(
    "ntp", port: 123, proofBits: 64, largestAnswer: 48,
    octets: [0x23] + [UInt8](repeating: 0, count: 47), marks: [.octets(at: 40, count: 8)]
  ) { answer, asked in
    answer.count >= 48 && answer[0] & 7 == 4 && answer.repeats(asked, 40..<48, at: 24)
  }

  /// Whether a port mapper is there: its procedure that does nothing (RFC 1833, section 3.2; RFC 5531, section 9).
  static let rpcbind = DatagramQuestion(
    "rpcbind", port: 111, proofBits: 32, largestAnswer: 32,
    // Call, RPC version 2, program 100000, version 2, procedure 0, no credentials, no verifier.
    octets: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xa0, 0, 0, 0, 2]
      + [UInt8](repeating: 0, count: 20),
    marks: [.octets(at: 0, count: 4)]
  ) { answer, asked in
    answer.count >= 12 && answer.repeats(asked, 0..<4) && answer[4..<8].elementsEqual([0, 0, 0, 1])
  }
}
