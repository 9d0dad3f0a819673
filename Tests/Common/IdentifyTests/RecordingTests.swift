import Posture
import Testing

@testable import Identify

/// Real servers are recognised by what they really answered.
struct RecordingTests {
  /// The facts wanted are a part of those found: a page has more to say than a test repeats.
  private func compare(_ found: Identification, with wanted: Identification) {
    #expect(found.protocol == wanted.protocol)
    #expect(found.product == wanted.product)
    #expect(found.version == wanted.version)
    #expect(found.tls == wanted.tls)
    for (fact, value) in wanted.facts { #expect(found.facts[fact] == value) }
    for announced in wanted.announced {
      #expect(found.announced.contains { $0.port == announced.port && $0.protocol == announced.protocol })
    }
  }

  @Test("A recorded server is named again", arguments: Recording.all)
  func services(recording: Recording) throws {
    compare(try #require(recording.replay()), with: recording.found)
  }

  @Test("An answer that comes byte by byte says the same", arguments: Recording.all)
  func pieces(recording: Recording) throws {
    guard let answer = recording.answers.first?.bytes, answer.count <= Conversation.pieceLimit else { return }
    let handshakes = Handshake.all.filter { $0.read(answer, true) != .no }
    for handshake in handshakes {
      for count in 0..<answer.count {
        // Half an answer is not yet another protocol's.
        let reading = handshake.read(Array(answer.prefix(count)), false)
        #expect(reading != .no, "\(handshake.name) gives up after \(count) bytes")
      }
    }
  }

  @Test("A recorded datagram is named again", arguments: DatagramRecording.all + DatagramRecording.guests)
  func datagrams(recording: DatagramRecording) throws {
    let probes = DatagramProbe.all + DatagramProbe.asGuest
    let probe = try #require(probes.first { $0.name == recording.probe })
    guard case .identified(let found) = probe.read(recording.answer.bytes) else {
      Issue.record("not read")
      return
    }
    compare(found, with: recording.found)
  }

  /// Bytes that a named real server sent, not such as we made up.
  @Test("Fifty protocols are proven by real servers, those of plants and Japanese homes among them")
  func proof() {
    let datagrams = DatagramRecording.all + DatagramRecording.guests
    let proven = Set(Recording.all.map(\.found.protocol) + datagrams.map(\.found.protocol)).subtracting([
      .unknown
    ])
    #expect(proven.count >= 50, "\(proven.map(\.rawValue).sorted())")
    let plants: Set<ServiceProtocol> = [
      .bacnet, .ethernetIP, .iec104, .knx, .modbus, .opcUA, .s7comm, .echonetLite,
    ]
    #expect(plants.isSubset(of: proven))
  }

  @Test("A datagram that is not the answer to the question asked is not read")
  func foreignDatagrams() {
    for recording in DatagramRecording.all + DatagramRecording.guests {
      for probe in DatagramProbe.all + DatagramProbe.asGuest {
        guard case .identified(let found) = probe.read(recording.answer.bytes) else { continue }
        #expect(found.protocol == recording.found.protocol, "\(probe.name) reads \(recording.label)")
      }
    }
  }

  @Test("Each answer is read by its own handshake alone")
  func foreignAnswers() {
    for recording in Recording.all where recording.found.protocol != .http {
      guard let answer = recording.answers.first?.bytes, answer.count > 4 else { continue }
      for handshake in Handshake.all {
        guard case .identified(let found) = handshake.read(answer, true) else { continue }
        #expect(
          [recording.found.protocol, .unknown].contains(found.protocol),
          "\(handshake.name): \(recording.label)")
      }
    }
  }
}
