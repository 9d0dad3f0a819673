import Addresses
import FleetContract
import FoundationEssentials
import LinuxIO
import Posture

/// Has the command line of this very program carry out what an operator signed: the same checks, the same words, and
/// nothing that waits on the agent's only thread.
final class ClosingDesk {
  typealias Outcome = (status: CInt, output: [UInt8])

  private static let program = "/proc/self/exe"
  private static let outputLimit = 8 << 20
  /// Longer than the trials of connections after a closing.
  private static let patience: Duration = .seconds(60)

  private let paths: Paths
  private let configuration: String
  private let loop: EventLoop
  private var waiting: [(arguments: [String], completion: (Outcome) -> Void)] = []
  private var task: ChildTask?

  init(_ paths: Paths, configuration: String, loop: EventLoop) {
    self.paths = paths
    self.configuration = configuration
    self.loop = loop
  }

  /// Whether the firewall's helper is there to be asked.
  var hasHelper: Bool { Files.exists(paths.firewallSocket) }

  func stop() {
    waiting = []
    task = nil
  }

  /// Runs a command, after those that came before it.
  func run(_ arguments: [String], completion: @escaping (Outcome) -> Void) {
    waiting.append((arguments, completion))
    begin()
  }

  /// Runs a command that looks at the gateway as its owner configured it.
  func look(_ arguments: [String], completion: @escaping (Outcome) -> Void) {
    run(arguments + ["--config", configuration, "--state", paths.state], completion: completion)
  }

  private func begin() {
    guard task == nil, !waiting.isEmpty else { return }
    let next = waiting.removeFirst()
    let words = ["kadomori"] + next.arguments + ["--json", "--firewall-socket", paths.firewallSocket]
    do throws(SystemError) {
      task = try ChildTask(
        Self.program, words, on: loop, limit: Self.outputLimit, patience: Self.patience
      ) { [weak self] result in
        self?.task = nil
        next.completion((result.status, result.output))
        self?.begin()
      }
    } catch {
      next.completion((71, []))
      begin()
    }
  }
}

extension Daemon {
  /// What stands against closing on an operator's word.
  func closingObjection() -> CommandRefusal? {
    guard mayClose else {
      return CommandRefusal(
        .vetoed, "the gateway's owner has not allowed closing from afar: kadomori consent grant close")
    }
    return closing.hasHelper
      ? nil : CommandRefusal(.unsupported, "the firewall helper does not run on this gateway")
  }

  /// Has the helper learn what is used, and again where somebody has flushed that: with a LAN, the gateway is somebody's to
  /// look after.
  func learnUse() {
    guard !configuration.isIdle, closing.hasHelper else { return }
    closing.look(["exposures"]) { _ in }
    learning = loop.after(.seconds(6 * 3600)) { [weak self] in self?.learnUse() }
  }

  func plan(for id: TopicName) {
    closing.look(["plan"]) { [weak self] outcome in
      guard let self else { return }
      guard outcome.status == 0, let plan = JSON.decode(ClosingPlan.self, outcome.output) else {
        return end(id, .plan, .failed, reason: Self.reason(outcome.status))
      }
      reporter.report(ExposuresBody(plan))
      let now = plan.entries.count { $0.verdict == .now }
      end(id, .plan, .done, detail: "\(plan.id): \(plan.entries.count) ports, \(now) to close now")
    }
  }

  func close(_ order: Command.ClosingOrder, for id: TopicName, signedBy operators: [KeyID]) {
    let bytes = (try? Files.read(paths.plan, limit: 4 << 20)) ?? []
    let entry = JSON.decode(ClosingPlan.self, bytes)?.entries.first {
      $0.target.side == .wan && $0.target.place == .gateway && $0.target.port.description == order.service
    }
    guard let entry else { return end(id, .close, .failed, reason: "not-planned") }
    // The command line's longest trial.
    let seconds = min(3600, order.provisional.components.seconds)
    let words = ["close", entry.id, "--for", "\(seconds)s"] + Self.names(operators)
    closing.look(words) { [weak self] outcome in
      guard let self else { return }
      switch outcome.status {
      case 0: end(id, .close, .done, detail: "\(entry.id) is on trial for \(seconds) s")
      case AgentError.Code.unavailable.rawValue: end(id, .close, .rolledBack, reason: "not-reached")
      default: end(id, .close, .failed, reason: Self.reason(outcome.status))
      }
    }
  }

  /// Confirms what one of these operators closed; the helper refuses it to others.
  func confirm(_ closing: TopicName, for id: TopicName, signedBy operators: [KeyID]) {
    struct Listing: Decodable {
      struct Entry: Decodable {
        var id: String
        var plan: String
      }
      var closings: [Entry]
    }
    self.closing.run(["closings"]) { [weak self] outcome in
      guard let self else { return }
      let entry = JSON.decode(Listing.self, outcome.output)?.closings.first { $0.id == closing.description }
      guard outcome.status == 0, let entry else {
        let reason = outcome.status == 0 ? "not-there" : Self.reason(outcome.status)
        return end(id, .confirm, .failed, reason: reason)
      }
      self.closing.run(["confirm", entry.plan] + Self.names(operators)) { [weak self] outcome in
        self?.end(id, .confirm, outcome.status, detail: "\(entry.plan) is confirmed")
      }
    }
  }

  func undo(_ closing: TopicName, for id: TopicName, signedBy operators: [KeyID]) {
    self.closing.run(["undo", closing.description] + Self.names(operators)) { [weak self] outcome in
      self?.end(id, .undo, outcome.status, detail: "\(closing) is open again")
    }
  }

  /// As many keys of them as the firewall's helper keeps.
  private static func names(_ operators: [KeyID]) -> [String] {
    operators.prefix(4).flatMap { ["--operator", $0.text] }
  }

  private func end(_ id: TopicName, _ verb: CommandVerb, _ status: CInt, detail: String) {
    status == 0
      ? end(id, verb, .done, detail: detail) : end(id, verb, .failed, reason: Self.reason(status))
  }

  /// One word for an exit code of the command line.
  private static func reason(_ status: CInt) -> String {
    switch AgentError.Code(rawValue: status) {
    case .notFound: "not-there"
    case .usage: "needed"
    case .permission: "not-allowed"
    case .unavailable: "no-answer"
    case .data, .state: "damaged"
    default: "failed"
    }
  }
}
