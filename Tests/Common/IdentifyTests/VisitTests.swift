import Addresses
import Posture
import Testing

@testable import Identify

/// A stranger's visit to a file server: what it asks, when it stays away, and how it ends.
struct VisitTests {
  private let host = IPAddress.v4(IPv4Address(bits: 0xc000_0205))

  /// A server that gives the recorded answer to each question, found by its number; the closure may change it.
  private func talk(
    to recording: Recording, asGuest: Bool = true,
    changing change: @escaping @Sendable (_ number: UInt64, _ answer: [UInt8]) -> [UInt8]? = { $1 }
  ) -> Peer.Outcome {
    let answers = recording.answers.map(\.bytes)
    var peer = Peer(
      answer: .reply { question in
        let number = Self.number(question)
        let answer = answers.first {
          question[0] == 0x81 ? $0.count == 4 : $0.count > 4 && Self.number($0) == number
        }
        return answer.map { change(number, $0) } ?? []
      })
    return peer.talk(Conversation(host: host, port: recording.port, asGuest: asGuest))
  }

  /// The number of a message; the first negotiation, which is SMB 1, counts as 0.
  private static func number(_ message: [UInt8]) -> UInt64 {
    guard message.count >= 68, message[4] == 0xfe else { return 0 }
    return message[28..<36].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func commands(_ sent: [[UInt8]]) -> [UInt8] {
    sent.filter { $0.count >= 68 && $0[4] == 0xfe }.map { $0[16] }
  }

  @Test("Without consent no session is asked for", arguments: Recording.shares)
  func consent(recording: Recording) {
    let outcome = talk(to: recording, asGuest: false)
    #expect(outcome.found?.version == recording.found.version)
    #expect(outcome.found?.facts[.anonymous] == nil)
    #expect(Set(commands(outcome.sent)).isSubset(of: [0]))
  }

  /// Negotiate 0, session 1, leave 2, tree 3, open 5, control 11; never read 8, write 9, or any other.
  @Test(
    "It opens the pipe of the list and nothing else, names nobody, and leaves", arguments: Recording.shares)
  func manners(recording: Recording) throws {
    let outcome = talk(to: recording)
    #expect(outcome.connections == 1)
    let commands = commands(outcome.sent)
    #expect(Set(commands).isSubset(of: [0, 1, 2, 3, 5, 11]))
    #expect(commands.count { $0 == 3 } <= SMBVisit.shareLimit + 1)
    for message in outcome.sent where message.count > 68 && message[4] == 0xfe && message[16] == 5 {
      // Open, if it exists; no attributes, no options; `srvsvc` in UTF-16.
      #expect(message[104..<112] == [1, 0, 0, 0, 0, 0, 0, 0])
      #expect(message.suffix(12) == ArraySlice("srvsvc".utf16.flatMap { [UInt8($0), 0] }))
    }
    for message in outcome.sent where message.count > 68 && message[4] == 0xfe && message[16] == 11 {
      #expect(message[72..<76] == [0x17, 0xc0, 0x11, 0])
    }
    let login = try #require(
      outcome.sent.last { $0.count > 68 && $0[4] == 0xfe && $0[16] == 1 })
    let place = try #require(login.firstRange(of: Array("NTLMSSP\0".utf8) + [3, 0, 0, 0])).upperBound
    // One octet for LAN Manager; NTLM, domain, user, workstation and key are empty.
    #expect(stride(from: 0, to: 48, by: 8).map { login[place + $0] } == [1, 0, 0, 0, 0, 0])
    if commands.contains(3) { #expect(commands.last == 2 && commands.count { $0 == 2 } == 1) }
  }

  @Test(
    "A server that falls silent or hangs up has refused nothing", arguments: Recording.shares, [false, true])
  func interruption(recording: Recording, hangsUp: Bool) throws {
    let last = try #require(recording.answers.last.map { Self.number($0.bytes) })
    // From where the dialect is known: after that comes the first message of the visit.
    for number in 2..<last {
      let outcome = talk(to: recording) { $0 < number ? $1 : hangsUp ? nil : [] }
      #expect(outcome.found?.protocol == .smb && outcome.found?.version == recording.found.version)
      #expect(outcome.found?.facts[.anonymous] != "refused", "at \(number)")
      #expect(outcome.connections == 1)
    }
  }

  @Test("A share that opens, but not for reading, is not open to anybody")
  func unreadable() {
    let outcome = talk(to: Recording.shares[0]) { number, answer in
      // The answer for the first share, and in it the access allowed ([MS-SMB2], section 2.2.10).
      number == 8 ? answer.prefix(80) + [0, 0, 0, 0] : answer
    }
    #expect(outcome.found?.facts[.anonymous] == "refused" && outcome.found?.facts[.shares] == nil)
  }

  @Test("Altered answers neither trap nor keep it, and leave no unclean text", arguments: 0..<4)
  func alterations(seed: Int) {
    for recording in Recording.shares {
      for number in UInt64(0)...16 {
        let outcome = talk(to: recording) { at, answer in
          var random = SeededGenerator(seed: UInt64(seed) << 8 | number)
          return at == number ? random.mutated(answer) : answer
        }
        #expect(outcome.found != nil && outcome.connections <= Conversation.connectionLimit)
        for text in outcome.found?.facts.values ?? [:].values {
          #expect(text == Text.clean(text) && text.unicodeScalars.count <= Text.limit)
        }
      }
    }
  }

  @Test("An answer that comes in two pieces says the same", arguments: Recording.shares)
  func pieces(recording: Recording) {
    var conversation = Conversation(host: host, port: recording.port, asGuest: true)
    var step = conversation.opened()
    var left = recording.answers.map(\.bytes)[...]
    var found: Identification?
    for _ in 0..<64 where found == nil {
      switch step {
      case .finished(let end): found = end
      case .send:
        guard let answer = left.popFirst() else { return }
        // Behind the header, or where a name begins.
        let cut = answer.count * 2 / 3
        guard case .wait = conversation.received(Array(answer.prefix(cut))) else {
          Issue.record("two thirds of \(answer.count) bytes were enough")
          return
        }
        step = conversation.received(Array(answer.dropFirst(cut)))
      default: step = conversation.silence()
      }
    }
    #expect(found?.facts[.anonymous] == recording.found.facts[.anonymous])
    #expect(found?.facts[.shares] == recording.found.facts[.shares])
  }
}
