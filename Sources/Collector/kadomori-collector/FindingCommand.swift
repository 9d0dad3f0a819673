import Addresses
import ArgumentParser
import Casework
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct FindingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finding",
    abstract: "Show one finding with its life; note what was done about it; accept or mute it.",
    subcommands: [Show.self, Note.self, Accept.self, Mute.self, Reopen.self], defaultSubcommand: Show.self)

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show one finding with its life.")

    @OptionGroup var name: FindingName
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let store = try show.openStore()
        var record = try name.record(in: store)
        if let port = record.finding.service {
          record.closings = try store.closingLooks(of: record.gateway, port: port)
        }
        if show.json { return try printJSON("finding", record) }
        let finding = record.finding
        var lines = [
          ("gateway", record.gateway.text), ("group", record.group ?? "-"), ("finding", finding.id),
          ("check", finding.check), ("severity", finding.severity.rawValue),
          ("device", "\(finding.device) (\(record.kind?.rawValue ?? "unknown"))"),
          ("service", finding.service?.description ?? "-"), ("remedy", finding.remedy),
        ]
        if let life = record.life {
          lines.append(("stage", "\(life.stage.rawValue) since \(life.since)"))
          lines.append(("reopened", "\(life.reopenings) times"))
          let outside =
            life.isOpenOutside
            ? "seen open"
            : life.present.isVerifiedOutside ? "seen closed" : "nobody looked since it was detected"
          lines.append(("from outside", outside))
        } else {
          lines.append(("stage", "closed before its life was kept"))
        }
        if let decision = record.decision {
          let end = record.isDecided(at: Clocks.wall) ? "until" : "no longer in force; was until"
          lines.append(
            (
              "decision",
              "\(decision.kind.rawValue) by \(decision.by) \(end) \(decision.until): \(decision.reason)"
            ))
        }
        for look in record.closings {
          lines.append(("closing", "\(look.closing) of \(look.time.wholeSeconds): \(look.verdict.words)"))
        }
        for (name, value) in lines {
          print(name + String(repeating: " ", count: 14 - name.count) + TerminalText.line(value, limit: 400))
        }
        if record.steps.isEmpty { return }
        var table = Table(["TIME", "STEP", "BY", "DETAIL"])
        for step in record.steps {
          table.add([step.time.description, step.kind.rawValue, step.by ?? "the gateway", step.detail ?? "-"])
        }
        print("\n" + table.text)
      }
    }
  }

  struct Note: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "note",
      abstract: "Note that somebody was told, knows, or did something.")

    @OptionGroup var name: FindingName
    @Option(help: ArgumentHelp("notified, acknowledged or acted.", valueName: "step")) var step: CaseStep.Kind
    @Option(help: ArgumentHelp("What was done, or how.", valueName: "text")) var detail: String?
    @OptionGroup var actor: Actor
    @OptionGroup var state: StateOption

    func validate() throws {
      // What opens and closes a finding is what is seen, never what somebody says.
      guard [.notified, .acknowledged, .acted].contains(step) else {
        throw ValidationError("--step is notified, acknowledged or acted.")
      }
    }

    func run() async throws {
      try await reporting {
        let store = try state.openToChange()
        let record = try name.record(in: store)
        let step = CaseStep(
          step, at: Clocks.wall, by: try actor.name(), detail: detail.map(Actor.clean))
        guard try store.note(step, of: record.finding.id, at: record.gateway) else { throw name.unknown() }
      }
    }
  }

  struct Accept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "accept",
      abstract: "Take a risk knowingly, until a day; it is listed again when it becomes worse.")
    @OptionGroup var name: FindingName
    @OptionGroup var terms: DecisionTerms
    func run() async throws { try await terms.decide(.accepted, on: name) }
  }

  struct Mute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "mute",
      abstract: "Do not list what is not true, or not worth telling, until a day.")
    @OptionGroup var name: FindingName
    @OptionGroup var terms: DecisionTerms
    func run() async throws { try await terms.decide(.muted, on: name) }
  }

  struct Reopen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reopen", abstract: "Take back what was accepted or muted.")
    @OptionGroup var name: FindingName
    @OptionGroup var actor: Actor
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        let store = try state.openToChange()
        let record = try name.record(in: store)
        _ = try store.decide(
          nil, on: record.finding.id, at: record.gateway, by: try actor.name(), now: Clocks.wall)
      }
    }
  }
}

extension CaseStep.Kind: ExpressibleByArgument {}
