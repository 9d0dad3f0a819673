import FleetContract
import FleetStore
import LinuxIO
import Posture
import Rollout

/// Drives a roll-out: signs for who is next, and reads in the store how they ended.
struct RolloutRun {
  let store: FleetStore
  let signers: [CommandSigner]
  let command: Command
  let id: TopicName
  let lifetime: Duration
  var rollout: Rollout

  /// The documents that were signed, to sign again with a nonce.
  private var documents: [GatewayID: CommandDocument] = [:]

  init(
    store: FleetStore, signers: [CommandSigner], command: Command, id: TopicName, lifetime: Duration,
    rollout: Rollout
  ) {
    self.store = store
    self.signers = signers
    self.command = command
    self.id = id
    self.lifetime = lifetime
    self.rollout = rollout
  }

  /// How far clocks of operator and gateway may be apart: a command is good from so long before it was signed.
  private static let skew: Int64 = 30_000
  /// How long after a command's end its answer may still come.
  private static let grace: Int64 = 10_000
  private static let pause = Duration.milliseconds(200)

  /// Commands the first stage, and does not wait.
  mutating func begin() throws -> Rollout.Step {
    let step = rollout.next()
    if case .send(let gateways) = step { try send(gateways) }
    return step
  }

  /// Commands stage after stage until all have ended, or too many have failed.
  mutating func follow() async throws -> Rollout.Step {
    var isWarned = false
    let started = Clocks.sinceBoot
    while true {
      switch rollout.next() {
      case .send(let gateways): try send(gateways)
      case .wait:
        let stored = try store.commands(id)
        try note(stored)
        if !isWarned, Clocks.sinceBoot - started > .seconds(5),
          stored.contains(where: { $0.published == nil })
        {
          isWarned = true
          talk(
            "nobody has taken every command yet: is 'kadomori-collector run' running, and the gateway on line?"
          )
        }
        try await Task.sleep(for: Self.pause)
      case let end: return end
      }
    }
  }

  private mutating func send(_ gateways: [GatewayID]) throws {
    let now = Clocks.wall
    let first = try store.takeCommandNumbers(gateways.count, at: now)
    var queued: [QueuedCommand] = []
    for (index, gateway) in gateways.enumerated() {
      let document = CommandDocument(
        id: id, command: command, gateway: gateway,
        notBefore: WallTime(milliseconds: now.milliseconds - Self.skew),
        expires: WallTime(milliseconds: now.milliseconds + lifetime.milliseconds), seq: first + Int64(index))
      documents[gateway] = document
      queued.append(try signed(document))
    }
    try store.queue(queued, at: now)
  }

  private func signed(_ document: CommandDocument) throws -> QueuedCommand {
    let bytes = try document.bytes()
    let command = SignedCommand(bytes: bytes, signatures: try signers.map { try $0.sign(bytes) })
    return QueuedCommand(document, payload: try command.payload())
  }

  private mutating func note(_ stored: [StoredCommand]) throws {
    let now = Clocks.wall.milliseconds
    for command in stored {
      let isOver = now > command.expires.milliseconds + Self.grace
      if command.wantsNonce, !isOver, var document = documents[command.gateway] {
        document.nonce = command.nonce
        try store.replace(try signed(document))
      } else if command.state?.isEnd == true {
        rollout.ended(command.gateway, succeeded: command.state == .done)
      } else if isOver, command.state == nil {
        rollout.ended(command.gateway, succeeded: false)
      } else if now > command.expires.milliseconds + Self.longestWork {
        // Accepted in time, and nothing heard since.
        rollout.ended(command.gateway, succeeded: false)
      }
    }
  }

  /// How long after its end an accepted command may still be under way: a scan of a large LAN takes minutes.
  private static let longestWork: Int64 = 1_800_000

  /// The commands as a person reads them.
  static func table(_ commands: [StoredCommand]) -> String {
    var table = Table(["GATEWAY", "COMMAND", "ID", "STATE", "REASON", "DETAIL"])
    for command in commands {
      table.add([
        command.gateway.description, command.verb.rawValue, command.id.description,
        command.state?.rawValue ?? (command.published == nil ? "waiting" : "sent"), command.reason ?? "-",
        command.detail ?? "-",
      ])
    }
    return table.text
  }
}
