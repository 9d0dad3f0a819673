import ArgumentParser
import FleetStore
import Posture

struct SetAsideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-aside", abstract: "List the messages that could not be read, with counts per reason.")

  @Option(help: ArgumentHelp("How many of the newest to list.", valueName: "count"))
  var newest = 20

  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard (0...10_000).contains(newest) else { throw ValidationError("--newest goes from 0 to 10000.") }
  }

  func run() async throws {
    try await reporting {
      let overview = try show.openStore().setAside(newest: newest)
      if show.json { return try printJSON("set_aside", overview) }
      if overview.counts.isEmpty { return talk("nothing was set aside") }
      var counts = Table(["REASON", "COUNT"])
      for (reason, count) in overview.counts.sorted(by: { $0.value > $1.value }) {
        counts.add([reason, String(count)])
      }
      print(counts.text)
      var table = Table(["RECEIVED", "REASON", "TOPIC", "BYTES", "WHY"])
      for message in overview.messages {
        table.add([
          message.received.description, message.reason, message.topic, String(message.size), message.detail,
        ])
      }
      print("\n" + table.text)
    }
  }
}
