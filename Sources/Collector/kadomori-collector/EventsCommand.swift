import ArgumentParser
import FleetContract
import FleetStore
import Posture

struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "List what a gateway reported, the newest first, with when that was.",
    discussion: """
      GATEWAY CLOCK is what the gateway's own clock said, which after a power cut may be in 1970. HAPPENED is that \
      time where the clock was right; else it follows from when that boot of the gateway began, once a later \
      record has told; '-' until then.
      """)

  @Argument(help: ArgumentHelp("The gateway's name, 'gw-' and 16 characters.", valueName: "gateway"))
  var id: GatewayID

  @Option(help: ArgumentHelp("How many of the newest to list.", valueName: "count"))
  var newest = 20

  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard (0...10_000).contains(newest) else { throw ValidationError("--newest goes from 0 to 10000.") }
  }

  func run() async throws {
    try await reporting {
      guard let events = try show.openStore().events(of: id, newest: newest) else {
        talk("\(id) is not known; 'fleet' lists those that are")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      if show.json { return try printJSON("events", events) }
      if events.isEmpty { return talk("nothing but states has come") }
      var table = Table(["SEQ", "HAPPENED", "GATEWAY CLOCK", "RECEIVED", "EVENT"])
      for event in events {
        table.add([
          String(event.seq), event.happened.cell, event.time.description, event.received.description,
          what(event),
        ])
      }
      print(table.text)
    }
  }

  private func what(_ event: StoredEvent) -> String {
    let bytes = Array(event.message.utf8)
    if let finding = try? Envelope<FindingEvent>(payload: bytes, from: id).body {
      return
        "\(finding.event.rawValue) \(finding.finding.check) (\(finding.finding.severity.rawValue)) of \(finding.finding.device)"
    }
    if let device = try? Envelope<DeviceEvent>(payload: bytes, from: id).body.change {
      return "device \(device.event.rawValue): \(device.device)"
    }
    return event.kind
  }
}
