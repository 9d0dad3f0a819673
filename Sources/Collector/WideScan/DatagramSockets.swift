import Addresses
import CPacketRings
import LinuxIO

/// Asks by UDP through the kernel's own sockets, one for each try, and is told of every error.
final class DatagramSockets {
  let ports: SourcePorts
  private var sockets: [Key: Descriptor] = [:]

  private struct Key: Hashable {
    var isVersion4: Bool
    var port: UInt16
  }

  var all: [Descriptor] { Array(sockets.values) }

  /// Opens none where no service is a question.
  init(
    _ services: [ProbedService], interface: String, wanted: UInt16?, version4: Bool, version6: Bool
  ) throws(SystemError) {
    let questions = services.compactMap(\.question)
    let versions = [true, false].filter { $0 ? version4 : version6 }
    for port in Set(questions.compactMap(\.answerPort)) {
      for isVersion4 in versions {
        sockets[Key(isVersion4: isVersion4, port: port)] = try Self.asker(isVersion4, port, interface)
      }
    }
    var last = SystemError(22, "bind", "source port \(wanted ?? 0), which has to be 1024 to 65527")
    for first in wanted.map({ [$0] }) ?? HeldPorts.candidates {
      guard let ports = SourcePorts(first: first) else { continue }
      do throws(SystemError) {
        var found: [Key: Descriptor] = [:]
        for port in ports.all where !questions.isEmpty {
          for isVersion4 in versions {
            found[Key(isVersion4: isVersion4, port: port)] = try Self.asker(isVersion4, port, interface)
          }
        }
        self.ports = ports
        sockets.merge(found) { first, _ in first }
        return
      } catch {
        last = error
      }
    }
    throw last
  }

  private static func asker(_ isVersion4: Bool, _ port: UInt16, _ interface: String) throws(SystemError)
    -> Descriptor
  {
    let number = CPacketRings_asker(isVersion4 ? 4 : 6, port, interface)
    guard number >= 0 else { throw SystemError(-number, "bind", "source port \(port)") }
    return Descriptor(owning: number)
  }

  /// Returns an errno value, or 0.
  func ask(_ probe: Probe, _ bodies: ProbeBodies) -> CInt {
    let bytes = bodies.body(to: probe.target, probe.kind)
    let sourcePort = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    guard let socket = sockets[Key(isVersion4: probe.target.isVersion4, port: sourcePort)] else { return 22 }
    let payload = Array(bytes.dropFirst(8))
    return -CPacketRings_ask(
      socket.number, probe.target.isVersion4 ? 4 : 6, ProbeBodies.octets(of: probe.target), probe.target.port,
      payload, Int32(payload.count))
  }

  /// Gives the engine all that one of the sockets has.
  func hear(
    _ number: Int32, _ engine: inout ScanEngine, at now: Int64, _ found: (Sighting) -> Void
  ) {
    guard let key = sockets.first(where: { $0.value.number == number })?.key else { return }
    var bytes = [UInt8](repeating: 0, count: 1500)
    while true {
      var news = CPacketRings_news()
      let count = CPacketRings_heard(number, &bytes, Int32(bytes.count), &news)
      guard count >= 0 else { return }
      let payload = Array(bytes.prefix(Int(count)))
      let peer = news.peer(isVersion4: key.isVersion4)
      if news.error == 0 {
        let datagram = Heard.Datagram(
          source: peer, port: news.port, destinationPort: key.port, payload: payload, hops: 0)
        report(engine.hear(.datagram(datagram), at: now), found)
      } else if news.is_complaint == 1 {
        // The kernel quotes the question itself; what it would have been preceded by is as it was sent.
        let complaint = Heard.Complaint(
          by: news.offender(isVersion4: key.isVersion4), type: news.type, code: news.code, hops: 0,
          target: peer,
          transport: .udp, port: news.port, sourcePort: key.port,
          proof: engine.judge.proof(ofQuestion: payload, to: peer, news.port, from: key.port))
        report(engine.hear(.complaint(complaint), at: now), found)
      }
    }
  }

  private func report(_ reaction: Reaction, _ found: (Sighting) -> Void) {
    guard var sighting = reaction.sighting else { return }
    // The kernel has kept it to itself.
    sighting.hops = nil
    found(sighting)
  }
}

extension Judge {
  /// What an error of the network would have quoted of a question that the kernel gives back whole; 0 for none of ours.
  func proof(ofQuestion payload: [UInt8], to address: IPAddress, _ port: UInt16, from sourcePort: UInt16)
    -> UInt32
  {
    guard let target = space.target(address, port, .udp), let question = space.question(at: port) else {
      return 0
    }
    let kind = ports.kinds(of: sourcePort, question).first {
      bodies.question(question, to: target, $0) == payload
    }
    return kind.map { bodies.proof(of: target, $0) } ?? 0
  }
}
