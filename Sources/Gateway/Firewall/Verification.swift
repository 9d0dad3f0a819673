package import Addresses
import Glibc
import LinuxIO
package import Posture

/// Whether the gateway still reaches what it lives by, tried with new connections: those that stand prove nothing.
package struct Verification: Sendable {
  package typealias Subject = ClosingCheck.Subject
  private typealias Outcome = ClosingCheck.Outcome

  private static let patience: Duration = .seconds(3)

  /// Between two looks at the neighbours of the link, in milliseconds.
  private static let neighbourPause: CInt = 20

  private let broker: [Endpoint]?
  private let nameServers: [Endpoint]
  private let session: SSHSession?

  /// `broker` holds every address of it, none where its name leads to none; `nil` where nothing is reported.
  package init(broker: [Endpoint]?, session: SSHSession?) {
    self.broker = broker
    self.session = session
    nameServers = NameServers.configured.map { Endpoint($0, NameServers.port) }
  }

  /// Tries all of it but what is left out, at the same time: for ``patience`` at most.
  package func run(without left: Set<Subject> = []) -> [ClosingCheck] {
    let wanted = Subject.allCases.filter { !left.contains($0) }
    var outcomes: [Subject: Outcome] = [:]
    var attempts: [Attempt] = []
    var router: Router?
    for subject in wanted {
      if subject == .gateway {
        router = Router()
        outcomes[subject] = router == nil ? .absent : nil
      } else {
        let begun = self.attempts(subject)
        attempts += begun ?? []
        outcomes[subject] = begun == nil ? .absent : begun?.isEmpty == true ? .lost : nil
      }
    }
    let end = Clocks.sinceBoot + Self.patience
    while outcomes.count < wanted.count {
      if outcomes[.gateway] == nil, router?.isReached == true { outcomes[.gateway] = .reached }
      let rest = (end - Clocks.sinceBoot).milliseconds
      guard rest > 0, outcomes.count < wanted.count else { break }
      let pause = router != nil && outcomes[.gateway] == nil ? Self.neighbourPause : CInt(clamping: rest)
      for (subject, isReached) in Attempt.wait(for: &attempts, milliseconds: pause) {
        if isReached { outcomes[subject] = .reached }
        // Another address of the same may still answer.
        if outcomes[subject] == nil, !attempts.contains(where: { $0.subject == subject }) {
          outcomes[subject] = .lost
        }
      }
      attempts.removeAll { outcomes[$0.subject] != nil }
    }
    return wanted.map { ClosingCheck($0, outcomes[$0] ?? .lost) }
  }

  /// What closing has changed: what was not reached before says nothing of it.
  ///
  /// `after` leaves out what need not be tried again.
  package static func compare(before: [ClosingCheck], after: [ClosingCheck]) -> [ClosingCheck] {
    before.map { check in
      let now = after.first { $0.subject == check.subject }?.outcome
      if check.outcome == .lost { return ClosingCheck(check.subject, now == .reached ? .reached : .down) }
      return ClosingCheck(check.subject, now ?? check.outcome)
    }
  }

  /// Begins to connect to one of them; `nil` where there is nothing of the kind.
  private func attempts(_ subject: Subject) -> [Attempt]? {
    switch subject {
    case .gateway: nil
    case .dns: nameServers.isEmpty ? nil : nameServers.prefix(3).compactMap(Attempt.init(nameServer:))
    case .broker: broker?.prefix(8).compactMap { Attempt(subject, $0) }
    case .session: session.map { [Attempt(subject, Endpoint($0.address, $0.port))].compactMap(\.self) }
    }
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
}
