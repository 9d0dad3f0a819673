import Agent
import ArgumentParser
import Glibc
import Identify
import LinuxIO
import Posture

/// Who decides what about which finding, why and for how long.
struct DecisionOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The finding's id, or the beginning of it.", valueName: "id"))
  var id: String

  @Option(help: ArgumentHelp("Why, in a sentence.", valueName: "text"))
  var reason: String

  @Option(
    help: ArgumentHelp(
      "Until when: a day as 2027-01-31, or a number of days as 90d; at most 366 days.", valueName: "day"))
  var until: String

  @Option(help: ArgumentHelp("Who decides. The default is who is logged in.", valueName: "name"))
  var by: String?

  @OptionGroup var pathOptions: PathOptions

  func decide(_ kind: Decision.Kind) throws {
    let paths = pathOptions.paths
    let findings = try FoundFindings(paths).all
    let id = try Identifiers.one(of: findings.map(\.id), named: id, what: "finding")
    guard let finding = findings.first(where: { $0.id == id }) else { return }
    let now = Clocks.wall
    let end = try Self.end(until, now: now)
    let reason = Text.clean(self.reason)
    let name = Text.clean(by ?? Self.login ?? "")
    guard !reason.isEmpty else {
      throw ValidationError("--reason is empty: say why, for whoever reads it later")
    }
    guard !name.isEmpty else { throw ValidationError("say who decides with --by NAME") }
    let decision = Decision(
      finding: id, kind: kind, by: name, reason: reason, made: now, until: end, severity: finding.severity)
    try DecisionStore(paths).set(decision, for: id, now: now)
    Output.say("\(id) is \(kind.rawValue) by \(name) until \(end)")
  }

  /// The end of a decision: `90d` from now, or the end of a day in UTC.
  static func end(_ text: String, now: WallTime) throws -> WallTime {
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

  /// The person behind sudo, before root.
  static var login: String? {
    let names: [String] = ["SUDO_USER", "USER", "LOGNAME"]
    return names.lazy.compactMap { (name: String) -> String? in
      guard let value = getenv(name), value.pointee != 0 else { return nil }
      return String(cString: value)
    }.first
  }
}
