import ArgumentParser
import FleetStore
import Posture

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "List who was let in and who was not, the newest first.",
    discussion: """
      EVENT is one of: granted (a token or claim was made), enrolled, renewed, refused (with the reason: a token that \
      was used, a claim that is used up), revoked, grant_revoked, denied (a gateway spoke for another: the broker \
      refused it, or its message was set aside). The last 200,000 lines are kept.
      """)

  @Option(help: ArgumentHelp("How many of the newest to list.", valueName: "count"))
  var newest = 50

  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard (0...200_000).contains(newest) else { throw ValidationError("--newest goes from 0 to 200000.") }
  }

  func run() async throws {
    try await reporting {
      let entries = try show.openStore().audit(newest: newest)
      if show.json { return try printJSON("audit", entries) }
      if entries.isEmpty { return talk("nobody has asked to be let in yet") }
      var table = Table(["TIME", "EVENT", "GATEWAY", "GRANT", "SOURCE", "DETAIL"])
      for entry in entries {
        table.add([
          entry.time.description, entry.event.rawValue, entry.gateway ?? "-", entry.grant ?? "-",
          entry.source ?? "-", entry.detail ?? "-",
        ])
      }
      print(table.text)
    }
  }
}
