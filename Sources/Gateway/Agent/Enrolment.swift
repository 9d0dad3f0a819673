import Cryptography
package import Enrolling
import FleetContract
import Glibc
import LinuxIO
package import Wording

/// Joins a fleet, and leaves it, on behalf of the command line; nothing is half done when either fails.
package struct Enrolment {
  private let paths: Paths

  package init(_ paths: Paths) {
    self.paths = paths
  }

  /// The fleet the gateway belongs to; `nil` where it belongs to none.
  package static func current(_ paths: Paths) throws(AgentError) -> Membership? {
    do throws(SystemError) { return try MembershipFile(path: paths.enrolment).read() } catch {
      throw AgentError(
        error.isPermission ? .permission : .data,
        "\(error); nothing is reported until it can be read: restore it, or enrol anew after 'kadomori unenrol'"
      )
    }
  }

  /// Asks the collector and keeps what it answers; waits for at most ``EnrolmentCall/patience``.
  package func join(
    _ collector: CollectorAddress, with credential: EnrolmentCredential, language: Language
  ) throws(AgentError) -> Membership {
    if let current = try Self.current(paths) {
      throw AgentError(
        .failed,
        LocalizedText(
          ja: "このゲートウェイは \(current.collector) に登録済みです。先に 'kadomori unenrol' を実行してください。",
          en: "this gateway is enrolled with \(current.collector) already; 'kadomori unenrol' comes first")[
            language])
    }
    let key = try AgentIdentity.key(in: paths.state)
    let file = MembershipFile(path: paths.enrolment)
    do {
      // Tried before the token is spent: a disk that is full, or somebody else's directory.
      try Files.replace(paths.enrolment + ".try", with: [], mode: 0o600)
      try Files.remove(paths.enrolment + ".try")
    } catch {
      throw AgentError(error.isPermission ? .permission : .state, "\(error)")
    }
    do {
      let answer = try ask(collector, credential, key).get()
      let membership = try Membership(answer, of: collector, for: key)
      try file.write(membership)
      return membership
    } catch let fault as EnrolmentFault {
      throw AgentError(
        fault.code, fault.text(of: collector, isClockSet: Clocks.wallIsSynchronised)[language])
    } catch let error as SystemError {
      throw AgentError(.state, "\(error); the token is used up, so ask for a new one")
    } catch {
      throw AgentError(.data, "\(error)")
    }
  }

  private func ask(
    _ collector: CollectorAddress, _ credential: EnrolmentCredential, _ key: KeyPair
  ) throws -> EnrolmentCall.Outcome {
    let loop = EventLoop()
    let call = EnrolmentCall(
      on: loop, to: collector, trusting: try credential.trust(),
      toleratesEarly: !Clocks.wallIsSynchronised, path: EnrolmentPath.enrol,
      body: try EnrolmentDocument.bytes(try credential.request(for: key)))
    var outcome: EnrolmentCall.Outcome?
    call.start {
      outcome = $0
      loop.stop()
    }
    if outcome == nil { try loop.run() }
    return outcome ?? .failure(.timeout)
  }

  /// Erases the key, the certificate, what commands were accepted, profiles that were sent and what was not reported yet.
  ///
  /// What was found on the LANs stays, and so does the secret behind the ids of devices, which decisions refer to.
  /// - Returns: whether there was anything to leave.
  package func leave() throws(AgentError) -> Bool {
    let wasThere = Files.exists(paths.enrolment) || Files.exists(paths.key)
    // The key first: what stays behind after a power cut in between is worthless without it.
    let erased = [
      paths.key, paths.enrolment, paths.certificate, paths.authorities, paths.commands, paths.outbox,
      paths.outboxMark, paths.profileBundle, paths.previousProfileBundle, paths.profileChoice,
      paths.notes,
    ]
    do throws(SystemError) { for path in erased { try Files.remove(path) } } catch {
      throw AgentError(error.isPermission ? .permission : .state, "\(error)")
    }
    return wasThere
  }
}

extension EnrolmentFault {
  /// The exit code: the network, a credential that is not taken, or an answer that makes no sense.
  fileprivate var code: AgentError.Code {
    switch self {
    case .noAddress, .unreachable, .timeout, .tls: .unavailable
    case .notBelieved: .permission
    case .answer: .data
    case .refused(let refusal):
      refusal.error == .unavailable || refusal.error == .slowDown ? .unavailable : .permission
    }
  }
}
