import ArgumentParser
import Cryptography
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Rollout

/// Signs a command for one gateway or many, and follows what becomes of it.
struct CommandCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "command",
    abstract: "Sign a command for gateways, and follow what becomes of it.",
    discussion: """
      The command is signed here and left in the store; the collector that runs publishes it and can neither make \
      nor change one. Each gateway says what became of it: done, failed, rolled_back, expired or refused. A gateway \
      whose clock is not set asks for a nonce, and with --wait gets the command signed again with it.
      """)

  @Argument(help: "What to do: \(CommandVerb.allCases.map(\.rawValue).joined(separator: ", ")).")
  var verb: CommandVerb

  @OptionGroup var target: TargetOptions
  @OptionGroup var arguments: VerbOptions

  @Option(help: ArgumentHelp("Sign with the key in this file; may be repeated.", valueName: "file"))
  var key: [String] = []

  @Option(
    help: ArgumentHelp(
      "Have this command line sign: it gets the bytes on standard input and prints 'KEY_ID SIGNATURE'.",
      discussion: "May be repeated. 'command-key sign' is such a program.", valueName: "command"))
  var signer: [String] = []

  @Option(help: ArgumentHelp("For how long the command is good, at most 870.", valueName: "seconds"))
  var lifetime: Int64 = 300

  @Flag(help: "Wait until every gateway has said what became of the command, or it has run out.")
  var wait = false

  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard !key.isEmpty || !signer.isEmpty else { throw ValidationError("Sign with --key or --signer.") }
    // Half a minute of the longest life is for clocks that are not quite the same.
    guard (10...870).contains(lifetime) else { throw ValidationError("--lifetime is 10 to 870 seconds.") }
    _ = try arguments.command(verb)
  }

  func run() async throws {
    try await reporting {
      let signers = try key.map { CommandSigner.key(try KeyFile.read($0)) } + signer.map { .program($0) }
      let store = try FleetStore.openToCommand(show.state.store())
      let gateways = try targets(in: store)
      if verb == .confirm, let closing = arguments.closing {
        for line in try gateways.flatMap({ try Self.seen(closing, at: $0, in: store) }) { talk(line) }
      }
      let id = try Self.newID()
      var run = RolloutRun(
        store: store, signers: signers, command: try arguments.command(verb), id: id,
        lifetime: .seconds(lifetime),
        rollout: Rollout(
          id: id.description, gateways: gateways, stages: try target.shares(),
          tolerated: target.stopOnFailures))
      let isFollowed = wait || target.stages != nil
      let end = isFollowed ? try await run.follow() : try run.begin()
      let commands = try store.commands(id)
      if show.json {
        try printJSON("commands", commands)
      } else {
        print(RolloutRun.table(commands))
      }
      if isFollowed { try finish(end, commands) }
    }
  }

  /// What was seen from outside of the closing that is to last.
  private static func seen(
    _ closing: TopicName, at gateway: GatewayID, in store: FleetStore
  ) throws -> [String] {
    let looks = try store.closingLooks(of: gateway, closing: closing.description)
    if looks.isEmpty { return ["\(gateway) \(closing): nobody has looked from outside; 'verify' does"] }
    return looks.map(\.line)
  }

  private func finish(_ end: Rollout.Step, _ commands: [StoredCommand]) throws {
    if end == .stopped, target.stages != nil {
      talk(
        "the roll-out was stopped: more than \(target.stopOnFailures) of the gateways commanded did not do it"
      )
      throw ExitCode(ExitStatus.failed.rawValue)
    }
    // What is borne is no failure; the first that is not tells how the command ended.
    guard end == .stopped, let status = commands.compactMap(\.exitStatus).first else { return }
    throw ExitCode(status.rawValue)
  }

  private func targets(in store: FleetStore) throws -> [GatewayID] {
    let known = try store.gateways(inGroup: target.group)
    if target.gateway.isEmpty {
      if known.isEmpty {
        let members = target.group.map { " of group '\($0)'" } ?? ""
        talk("no gateway\(members) has reported; 'fleet' lists those that are known, with their groups")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      return known
    }
    if let stranger = Set(target.gateway).subtracting(known).first {
      talk("\(stranger) is not known, or revoked; 'fleet' lists those that are known")
      throw ExitCode(ExitStatus.notFound.rawValue)
    }
    return target.gateway
  }

  private static func newID() throws -> TopicName {
    guard let id = TopicName("c-" + Hexadecimal.text(try Digest.random(8))) else {
      preconditionFailure("hexadecimal digits make a name")
    }
    return id
  }
}

extension StoredCommand {
  /// How the command ended, if it is not done.
  var exitStatus: ExitStatus? {
    switch state {
    case .done: nil
    case .refused: .refused
    case .failed: .failed
    case .rolledBack: .rolledBack
    case .expired, .accepted, .running, nil: .unanswered
    }
  }
}
