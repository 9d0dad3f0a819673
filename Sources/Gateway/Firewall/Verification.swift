package import Addresses
import Glibc
import LinuxIO

/// Whether the gateway still reaches what it lives by, tried with new connections: those that stand prove nothing.
package struct Verification: Sendable {
  /// What is tried.
  package enum Subject: String, Hashable, Sendable, Codable, CaseIterable {
    /// The router of the provider answers on its link.
    case gateway
    /// One of the name servers answers.
    case dns
    /// The broker takes a connection.
    case broker
    /// What whoever typed the command is connected to takes a connection; the closings let its peer pass.
    case session
  }

  package enum Outcome: String, Hashable, Sendable, Codable {
    case reached, lost
    /// There is nothing of the kind here.
    case absent
  }

  package struct Result: Hashable, Sendable, Codable {
    package var subject: Subject
    package var outcome: Outcome
  }

  private static let patience: Duration = .seconds(3)

  private let broker: [Endpoint]
  private let nameServers: [Endpoint]
  private let session: SSHSession?

  /// `broker` holds every address of it; none where nothing is reported.
  package init(broker: [Endpoint], session: SSHSession?) {
    self.broker = broker
    self.session = session
    let text = (try? Files.read("/etc/resolv.conf", limit: 65_536)) ?? []
    nameServers = Self.nameServers(text).map { Endpoint($0, 53) }
  }

  /// Tries all of it but what is left out, one after the other.
  package func run(without left: Set<Subject> = []) -> [Result] {
    let own = session.map { [Endpoint($0.address, $0.port)] } ?? []
    return Subject.allCases.filter { !left.contains($0) }.map { subject in
      let outcome =
        switch subject {
        case .gateway: gateway()
        case .dns: dns()
        case .broker: connects(broker)
        case .session: connects(own)
        }
      return Result(subject: subject, outcome: outcome)
    }
  }

  /// Reads resolv.conf(5); a zone of IPv6 cannot be used here.
  static func nameServers(_ text: [UInt8]) -> [IPAddress] {
    text.split(separator: 0x0a).compactMap { line in
      let words = line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
      return words.count > 1 && words[0] == "nameserver" ? IPAddress(words[1]) : nil
    }
  }

  /// Asks the link for the default route's next hop: a datagram to its discard port makes the kernel look it up.
  private func gateway() -> Outcome {
    let routes = (try? Files.read("/proc/net/route", limit: 1 << 20)) ?? []
    guard let (name, next) = Self.nextHop(routes), let interface = try? NetworkInterface.named(name),
      interface.isEthernet
    else { return .absent }
    let end = Clocks.sinceBoot + Self.patience
    let prompt = try? UDPStream.connect(to: Endpoint(.v4(next), 9))
    _ = try? prompt?.write([0])
    while Clocks.sinceBoot < end {
      let known = (try? Neighbour.table(of: interface)) ?? []
      if known.contains(where: { $0.address == .v4(next) }) { return .reached }
      poll(nil, 0, 20)
    }
    return .lost
  }

  /// The first default route over a router in `/proc/net/route`: little-endian hexadecimal (proc_net_route(5)).
  static func nextHop(_ routes: [UInt8]) -> (interface: String, router: IPv4Address)? {
    for line in routes.split(separator: 0x0a) {
      let fields = line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
      guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000",
        let router = UInt32(fields[2], radix: 16), router != 0
      else { continue }
      return (fields[0], IPv4Address(bits: router.byteSwapped))
    }
    return nil
  }

  /// Asks every name server for the root's servers; any answer will do.
  private func dns() -> Outcome {
    guard !nameServers.isEmpty else { return .absent }
    let question: [UInt8] = [0x4b, 0x44, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]
    let sockets = nameServers.prefix(3).compactMap { try? UDPStream.connect(to: $0) }
    for socket in sockets { _ = try? socket.write(question) }
    return first(of: sockets, POLLIN) { socket in
      // An answer has the question's number and the bit that says so (RFC 1035, section 4.1.1).
      guard let answer = (try? socket.read(limit: 512)) ?? nil, answer.count >= 12 else { return false }
      return answer.starts(with: question[..<2]) && answer[2] & 0x80 != 0
    }
  }

  private func connects(_ endpoints: [Endpoint]) -> Outcome {
    guard !endpoints.isEmpty else { return .absent }
    let sockets = endpoints.prefix(8).compactMap { endpoint in
      (try? TCPStream.connect(to: endpoint)).map { ($0, endpoint) }
    }
    return first(of: sockets.map(\.0), POLLOUT) { socket in
      guard let endpoint = sockets.first(where: { $0.0 === socket })?.1 else { return false }
      return TCPStream.problem(of: socket, to: endpoint) == nil
    }
  }

  /// Waits until one of the sockets is ready in the way that `isAnswer` wants.
  private func first(of sockets: [Descriptor], _ events: Int32, _ isAnswer: (Descriptor) -> Bool) -> Outcome {
    var waiting = sockets
    let end = Clocks.sinceBoot + Self.patience
    while !waiting.isEmpty, Clocks.sinceBoot < end {
      var polled = waiting.map { pollfd(fd: $0.number, events: Int16(events), revents: 0) }
      poll(&polled, nfds_t(polled.count), CInt(clamping: max(1, (end - Clocks.sinceBoot).milliseconds)))
      for (socket, result) in zip(waiting, polled) where result.revents != 0 {
        if isAnswer(socket) { return .reached }
        waiting.removeAll { $0 === socket }
      }
    }
    return .lost
  }
}
