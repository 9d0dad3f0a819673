import Cryptography
import FleetContract
import LinuxIO
import Posture

/// Judges what comes as a command, and remembers on disk what is accepted before anybody acts on it.
final class CommandReceiver {
  /// A command as the broker delivers it.
  struct Arrival {
    var verb: CommandVerb
    var id: TopicName
    var payload: [UInt8]
    /// Whether the broker had kept it.
    var retained: Bool
  }

  /// What is to be done.
  enum Verdict {
    case execute(AcceptedCommand)
    case answer(ResultBody)
    /// Nothing: so many commands are refused that answers to all would be a flood of our own.
    case pass
  }

  private let gateway: GatewayID
  private let paths: Paths
  private let store: CommandStore
  private let refused: Set<CommandVerb>
  private let note: (Daemon.Note) -> Void
  private var nonces = NonceBook()
  private var quota = RefusalQuota()
  /// The latest commands, newest last.
  private(set) var latest: [StatusDocument.Command] = []
  /// Why no command is accepted, while that is so.
  private(set) var problem: String?

  private static let latestLimit = 8

  init(gateway: GatewayID, paths: Paths, refused: Set<CommandVerb>, note: @escaping (Daemon.Note) -> Void) {
    self.gateway = gateway
    self.paths = paths
    self.refused = refused
    self.note = note
    store = CommandStore(paths)
    latest = Self.latest(paths)
  }

  /// The latest commands on disk.
  static func latest(_ paths: Paths) -> [StatusDocument.Command] {
    let entries = (try? CommandStore(paths).read())?.entries ?? []
    return entries.suffix(latestLimit).map {
      StatusDocument.Command(
        id: $0.id.description, verb: $0.verb, state: $0.state, reason: $0.reason, time: $0.accepted)
    }
  }

  /// Judges one arrival; `objection` says what the agent itself has against a command.
  func receive(
    _ arrival: Arrival, clock: CommandClock, objection: (Command) -> CommandRefusal?
  ) -> Verdict {
    do throws(CommandRefusal) {
      let accepted = try judge(arrival, clock: clock, objection: objection)
      let document = accepted.document
      let signers = accepted.signers.sorted().map(\.text).joined(separator: ", ")
      note(
        Daemon.Note(
          isProblem: false,
          text: "command \(arrival.text), seq \(document.seq), signed by \(signers): accepted"))
      show(arrival, .accepted, nil, clock)
      return .execute(accepted)
    } catch {
      return refuse(arrival, error, clock: clock)
    }
  }

  private func judge(
    _ arrival: Arrival, clock: CommandClock, objection: (Command) -> CommandRefusal?
  ) throws(CommandRefusal) -> AcceptedCommand {
    guard !arrival.retained else {
      throw CommandRefusal(.retained, "the broker had kept it; a command is never kept")
    }
    let authority: CommandAuthority
    var memory: CommandMemory
    do throws(AgentError) {
      authority = try CommandAuthority.read(paths)
      memory = try store.read()
      problem = nil
    } catch {
      throw unusable(error)
    }
    let judge = CommandJudge(
      gateway: gateway, keys: authority.keys,
      policy: CommandPolicy(twoSignatures: authority.twoSignatures, refused: refused))
    let accepted = try judge.judge(
      arrival.payload, on: arrival.verb, arrival.id, memory: memory, nonces: nonces, clock: clock)
    if let objection = objection(accepted.document.command) { throw objection }
    memory.remember(accepted, at: clock)
    do throws(AgentError) { try store.write(memory) } catch { throw unusable(error) }
    nonces.use(arrival.id)
    return accepted
  }

  private func unusable(_ error: AgentError) -> CommandRefusal {
    if problem != error.description { note(Daemon.Note(isProblem: true, text: error.description)) }
    problem = error.description
    // Paths and reasons of this machine are for its owner.
    return CommandRefusal(.memory, "the gateway cannot read or write what it remembers of commands")
  }

  private func refuse(_ arrival: Arrival, _ refusal: CommandRefusal, clock: CommandClock) -> Verdict {
    guard quota.take(now: clock.sinceBoot) else { return .pass }
    var nonce: CommandNonce?
    if refusal.code == .nonceRequired, let random = try? Digest.random(16),
      let fresh = CommandNonce(random: random)
    {
      nonce = nonces.nonce(for: arrival.id, now: clock.sinceBoot, fresh: fresh)
    }
    let more = quota.takePassed().map { "; \($0) more before it without an answer" } ?? ""
    note(
      Daemon.Note(
        isProblem: true, text: "command \(arrival.text) refused (\(refusal.code.rawValue)): \(refusal)\(more)"
      ))
    let result = ResultBody(command: arrival.id, verb: arrival.verb, refusal, nonce: nonce)
    show(arrival, result.state, result.reason, clock)
    return .answer(result)
  }

  /// Notes on disk how far a command is.
  func note(_ id: TopicName, _ state: CommandState, reason: String? = nil) {
    if let index = latest.lastIndex(where: { $0.id == id.description }) {
      latest[index].state = state
      latest[index].reason = reason
    }
    do throws(AgentError) {
      var memory = try store.read()
      memory.note(id, state, reason: reason)
      try store.write(memory)
    } catch {
      _ = unusable(error)
    }
  }

  /// Commands that an earlier run of the agent accepted and did not bring to an end.
  func interrupted() -> [ResultBody] {
    do throws(AgentError) {
      return try store.read().entries.filter { !$0.state.isEnd }.map {
        ResultBody(command: $0.id, verb: $0.verb, state: .failed, reason: "interrupted")
      }
    } catch {
      _ = unusable(error)
      return []
    }
  }

  private func show(_ arrival: Arrival, _ state: CommandState, _ reason: String?, _ clock: CommandClock) {
    latest.append(
      StatusDocument.Command(
        id: arrival.id.description, verb: arrival.verb, state: state, reason: reason, time: clock.wall))
    if latest.count > Self.latestLimit { latest.removeFirst() }
  }
}

extension CommandReceiver.Arrival {
  var text: String { "\(verb.rawValue) '\(id)'" }
}
