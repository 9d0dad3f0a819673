import Addresses
import Agent
import ArgumentParser
import Checks
import Posture
import Profiles
import Wording

/// Tells all there is to say about a check, a finding, a device or a closing.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Explain a finding or a check: what, why, what to do, and who asks for it. Or a device: what it is, and how that is known. Or a closing: why, who, when, until when, and how to open it."
  )

  @Argument(
    help: ArgumentHelp(
      "The id of a finding, the beginning of one, the id of a check, a device by its id or an address of it, or the id of a closing.",
      valueName: "id"))
  var id: String

  @OptionGroup var pathOptions: PathOptions
  @OptionGroup var firewall: FirewallOptions

  func run() throws {
    let language = Terminal.language
    let paths = pathOptions.paths
    if let check = Checks[id] {
      guard let text = Checks.text(for: id, language) else { return }
      return try Output.write(Self.render(check, text, language))
    }
    if id.hasPrefix("cl-") {
      guard let text = try ClosingText(id, firewall, paths).rendered(id) else {
        throw AgentError(
          .notFound, "nothing is known of '\(id)'; see 'kadomori closings' and 'kadomori plan'")
      }
      return try Output.write(text)
    }
    let reports = try FoundFindings(paths).reports
    if let device = DeviceText.device(named: id, in: pathOptions.runningReports ?? reports) {
      return try Output.write(DeviceText(terminal: Terminal(1), language: language).render(device, reports))
    }
    let found = reports.flatMap { report in report.findings.map { ($0, report) } }
    let name = try Identifiers.one(of: found.map(\.0.id), named: id, what: "finding, check or device")
    guard let (finding, report) = found.first(where: { $0.0.id == name }), let check = Checks[finding.check]
    else { return }
    let device = report.devices.first { $0.id == finding.device }
    let profiles = ProfileLoading.load(paths)
    guard let text = Checks.text(for: finding, about: device, profiles: profiles, language)
    else { return }
    let service = device?.services.first { $0.port == finding.service }
    let need = service.flatMap { Self.need(of: $0, profiles[device?.profile ?? ""]) }
    try Output.write(Self.render(check, text, language, finding, device, need?[language]))
  }

  /// Why a service is needed or not, by whoever says so.
  private static func need(of service: Service, _ profile: FirmwareProfile?) -> LocalizedText? {
    switch service.neededBy {
    case .profile: profile?.verdict(on: service).why
    case .mud where service.needed == .yes:
      LocalizedText(ja: "メーカーの記述 (MUD) では、家の中から使います。", en: "The house uses it, as its maker says (MUD).")
    case .mud:
      LocalizedText(ja: "メーカーの記述 (MUD) では、使いません。", en: "Nobody uses it, as its maker says (MUD).")
    case nil: nil
    }
  }

  private static func render(
    _ check: Check, _ text: CheckText, _ language: Language, _ finding: Finding? = nil,
    _ device: Device? = nil, _ need: String? = nil
  ) -> String {
    func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
    var rows: [(String, String)] = [
      (words("id", "番号"), finding?.id ?? check.id),
      (words("severity", "深刻さ"), (finding?.severity ?? check.severity).words[language]),
    ]
    if let device {
      let address = device.addresses.first?.description ?? device.id
      rows.append(
        (
          words("device", "機器"),
          [address, device.kind.words[language], device.makeAndModel].compactMap(\.self).joined(
            separator: "  ")
        ))
      // Why the device is taken for what it is.
      rows += device.evidence.prefix(3).map { (words("known by", "根拠"), $0.detail) }
    }
    if let port = finding?.service {
      rows.append((words("where", "場所"), port.description))
      let service = device?.services.first { $0.port == port }
      let facts = (service?.facts ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
      rows += facts.map { (words("it says", "応答"), "\($0.key.rawValue): \($0.value)") }
    }
    if let need { rows.append((words("needed", "要不要"), need)) }
    if let since = finding?.since { rows.append((words("since", "いつから"), since.description)) }
    rows += [
      (words("why", "理由"), text.reason), (words("what to do", "対応"), text.remedy),
    ]
    rows += check.references.map { (words("source", "出典"), $0) }
    rows += check.clauses.map { (words("asked by", "求める規格"), $0) }
    return Rows.render(text.title, rows, Terminal(1))
  }
}
