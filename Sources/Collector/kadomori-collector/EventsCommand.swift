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
        table.add(
          [
            String(event.seq), event.happened.cell, event.time.description, event.received.description,
            what(event),
          ], limit: 240)
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
    if let closing = try? Envelope<ClosingEvent>(payload: bytes, from: id).body { return what(closing) }
    return event.kind
  }

  private func what(_ event: ClosingEvent) -> String {
    let name = event.event.rawValue.replacing("_", with: " ")
    var words = ["closing \(name)"]
    if let closing = event.closing {
      words[0] += ": \(closing.id) \(closing.service) from the \(closing.side.rawValue) side"
      if let until = closing.until { words.append("until \(until.wholeSeconds)") }
      if let reasons = closing.reasons, !reasons.isEmpty {
        words.append("because \(reasons.joined(separator: " "))")
      }
    }
    if let count = event.count { words.append("\(count) closings") }
    if let operators = event.operators {
      words.append("by operator \(operators.map(\.text).joined(separator: " and "))")
    }
    let checks = (event.checks ?? []).filter { $0.outcome != .absent }
    words += checks.map { "\($0.subject.rawValue) \($0.outcome.rawValue)" }
    return words.joined(separator: ", ")
  }
}
