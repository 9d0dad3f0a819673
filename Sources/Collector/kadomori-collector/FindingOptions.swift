import ArgumentParser
import FleetContract
import FleetStore
import Glibc
import LinuxIO
import Posture
import Server

/// Which finding of which gateway.
struct FindingName: ParsableArguments {
  @Argument(help: ArgumentHelp("The gateway's name, 'gw-' and 16 characters.", valueName: "gateway"))
  var gateway: GatewayID

  @Argument(help: ArgumentHelp("The finding's id, as 'findings' lists it.", valueName: "finding"))
  var id: String

  /// The finding, or the end of the program where there is none.
  func record(in store: FleetStore) throws -> FindingRecord {
    var found: FindingRecord?
    try store.findings(FindingQuery(gateway: gateway, id: id)) { found = $0 }
    guard let found else { throw unknown() }
    return found
  }

  func unknown() -> ExitCode {
    talk(TerminalText.line("\(gateway) has no finding '\(id)'; 'findings --all' lists those that are known"))
    return ExitCode(ExitStatus.notFound.rawValue)
  }
}

/// Who does something to a finding.
struct Actor: ParsableArguments {
  @Option(help: ArgumentHelp("Who; the default is who is logged in.", valueName: "name")) var by: String?

  func name() throws -> String {
    let names: [String] = ["SUDO_USER", "USER", "LOGNAME"]
    let login = names.lazy.compactMap { (name: String) -> String? in
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }.first
    let name = Self.clean(by ?? login ?? "")
    guard !name.isEmpty else { throw ValidationError("say who with --by NAME") }
    return name
  }

  /// People's text as one line of bounded length.
  static func clean(_ text: String) -> String {
    TerminalText.line(
      text.split(whereSeparator: \.isWhitespace).joined(separator: " "), limit: Decision.textLimit)
  }
}

/// Why, until when and by whom something is accepted or muted.
struct DecisionTerms: ParsableArguments {
  @Option(help: ArgumentHelp("Why, in a sentence.", valueName: "text")) var reason: String

  @Option(
    help: ArgumentHelp(
      "Until when: a day as 2027-01-31, or a number of days as 90d; at most 366 days.", valueName: "day"))
  var until: String

  @OptionGroup var actor: Actor
  @OptionGroup var state: StateOption

  func decide(_ kind: Decision.Kind, on name: FindingName) async throws {
    try await reporting {
      let now = Clocks.wall
      let end = try Self.end(until, now: now)
      let reason = Actor.clean(self.reason)
      guard !reason.isEmpty else {
        throw ValidationError("--reason is empty: say why, for whoever reads it later")
      }
      let by = try actor.name()
      let store = try state.openToChange()
      let record = try name.record(in: store)
      let decision = Decision(
        finding: record.finding.id, kind: kind, by: by, reason: reason, made: now, until: end,
        severity: record.finding.severity)
      guard try store.decide(decision, on: record.finding.id, at: record.gateway, by: by, now: now) else {
        throw name.unknown()
      }
      talk("\(kind.rawValue) until \(end)")
    }
  }

  /// The end of a decision: `90d` from now, or the end of a day in UTC.
  private static func end(_ text: String, now: WallTime) throws -> WallTime {
    let end: WallTime?
    if text.hasSuffix("d"), let days = Int64(text.dropLast()), (1...366).contains(days) {
      end = WallTime(milliseconds: now.milliseconds + days * 86_400_000)
    } else {
      end = text.utf8.count == 10 ? WallTime(text + "T23:59:59Z") : nil
    }
    guard let end else { throw ValidationError("--until \(text): write a day as 2027-01-31, or days as 90d") }
    guard end > now else { throw ValidationError("--until \(text) is in the past") }
    guard end.milliseconds - now.milliseconds <= Decision.longest.components.seconds * 1000 else {
      throw ValidationError("--until \(text) is more than 366 days away: decide again in a year")
    }
    return end
  }
}

extension StateOption {
  /// Opens the store beside the collector that writes it, as the owner of its directory.
  func openToChange() throws -> FleetStore {
    let directory = resolve()
    try StateOwner.become(ownerOf: directory)
    return try FleetStore.openToCommand(StoreLocation.of(directory))
  }
}
