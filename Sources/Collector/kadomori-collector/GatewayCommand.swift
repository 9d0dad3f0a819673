import Addresses
import ArgumentParser
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway", abstract: "Show one gateway with its devices and open findings.")

  @Argument(help: ArgumentHelp("The gateway's name, 'gw-' and 16 characters.", valueName: "gateway"))
  var id: GatewayID

  @OptionGroup var show: ShowOptions

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      guard let gateway = try store.gateway(id) else {
        if let enrolment = try store.enrolment(of: id) {
          talk("\(id) has not reported yet; enrolment: \(enrolment.text(at: Clocks.wall))")
        } else {
          talk("\(id) is not known; 'fleet' lists those that are")
        }
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      if show.json { return try printJSON("gateway", gateway) }
      printOverview(gateway)
      printFindings(gateway.findings)
      printDevices(gateway.devices)
    }
  }

  private func printOverview(_ gateway: GatewayDetail) {
    let overview = gateway.overview
    let posture = overview.posture
    let lines: [(String, String)] = [
      ("gateway", overview.gateway.description),
      ("state", "\(overview.state) since \(overview.since.cell) (\(overview.cause ?? "no status yet"))"),
      ("group", overview.enrolment?.group ?? "-"),
      ("enrolment", enrolment(overview.enrolment)),
      ("agent", overview.agent ?? "-"),
      ("posture", posture.map { "grade \($0.grade.rawValue), findings: \($0.findingsText)" } ?? "none yet"),
      ("kept closed", posture.map { "\($0.closings) ports" } ?? "-"),
      ("scanned", (posture?.scanned).cell),
      ("made", made(posture)),
      ("last seen", overview.lastReceived.description),
      ("queued there", overview.queued.map { String($0) } ?? "-"),
      (
        "stored here",
        list(
          gateway.stored.above, before: "records 1 to \(gateway.stored.stored), ",
          none: "records 1 to \(gateway.stored.stored)")
      ),
      ("missing", gateway.gaps.isEmpty ? "none" : list(gateway.gaps, before: "records ")),
      ("dropped there", dropped(gateway.dropped)),
    ]
    for (name, value) in lines {
      let padding = String(repeating: " ", count: 14 - name.count)
      print(name + padding + TerminalText.line(value))
    }
  }

  private func enrolment(_ enrolment: Enrolment?) -> String {
    guard let enrolment else { return "none" }
    let reason = enrolment.reason.map { " (\($0))" } ?? ""
    return "enrolled \(enrolment.enrolled), \(enrolment.text(at: Clocks.wall))\(reason)"
  }

  private func made(_ posture: StoredPosture?) -> String {
    posture.map { "\($0.happened.cell), \($0.time) by its own clock" } ?? "-"
  }

  private func list(_ ranges: [SequenceRange], before: String, none: String = "") -> String {
    let texts = ranges.prefix(5).map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }
    guard !texts.isEmpty else { return none }
    return before + texts.joined(separator: ", ") + (ranges.count > 5 ? " and more" : "")
  }

  private func dropped(_ dropped: DroppedRecords) -> String {
    guard !dropped.ranges.isEmpty || !dropped.counts.isEmpty else { return "none" }
    var text = "\(dropped.lost) lost"
    let counts = dropped.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    if !counts.isEmpty { text += " (\(counts.joined(separator: ", ")))" }
    return text + list(dropped.ranges, before: "; records ")
  }

  private func printFindings(_ findings: [Finding]) {
    print("\nopen findings: \(findings.count)")
    if findings.isEmpty { return }
    var table = Table(["SEVERITY", "CHECK", "DEVICE", "SERVICE", "REMEDY", "SINCE"])
    for finding in findings {
      table.add([
        finding.severity.rawValue, finding.check, finding.device, finding.service?.description ?? "-",
        finding.remedy, finding.since.cell,
      ])
    }
    print(table.text)
  }

  private func printDevices(_ devices: [Device]) {
    let absent = devices.count { $0.isAbsent }
    print("\ndevices: \(devices.count - absent)" + (absent == 0 ? "" : ", not seen: \(absent)"))
    if devices.isEmpty { return }
    var table = Table(["DEVICE", "KIND", "PROFILE", "SERVICE", "PROTOCOL", "EXPOSURE", "NEEDED"])
    for device in devices {
      let absence = device.isAbsent ? ", not seen since \(device.lastSeen.cell)" : ""
      let first = [device.id, device.kind.rawValue + absence, device.profile ?? "-"]
      if device.services.isEmpty { table.add(first + ["-", "-", "-", "-"]) }
      for (index, service) in device.services.enumerated() {
        table.add(
          (index == 0 ? first : ["", "", ""]) + [
            service.port.description, service.protocol.rawValue + (service.tls ? " + tls" : ""),
            service.exposure.map(\.rawValue).joined(separator: " "), service.needed.rawValue,
          ])
      }
    }
    print(table.text)
  }
}

extension GatewayID: ExpressibleByArgument {}
