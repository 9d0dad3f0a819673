import Addresses
import Agent
import ArgumentParser
import Exposures
import Firewall
import Posture
import Wording

/// Shows what of this gateway can be reached, and whose it is.
struct ExposureList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exposures",
    abstract: "Show what of this gateway, and behind it, can be reached from outside and from the LANs.",
    discussion: """
      Needs root to see what the packet filter keeps out, and whose a socket is. Nothing is sent to anybody, but for \
      --upnp.
      """)

  @Flag(help: "Print one JSON document.")
  var json = false

  /// Formats of others.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case deviceDefender = "device-defender"
  }

  @Option(
    help: ArgumentHelp(
      "Print the report that AWS IoT Device Defender takes: device-defender.", valueName: "format"))
  var format: Format?

  @Flag(
    help: ArgumentHelp(
      "First forget what was learned of use. Learning begins anew, and what has not been used counts as unused only when its time is over again."
    ))
  var forgetUse = false

  @OptionGroup var options: ExposureOptions

  func validate() throws {
    if json, format != nil { throw ValidationError("give either --json or --format") }
  }

  func run() throws {
    if forgetUse {
      try options.firewall.tell(.forgetUse)
      Output.say(
        LocalizedText(
          ja: "観測された利用の記録を消しました。観測は最初からやり直しです。",
          en: "what was learned of use is forgotten; learning begins anew")[Terminal.language])
    }
    let sight = try options.look()
    if format != nil {
      let (number, traffic) = DeviceDefenderNumbers.next(
        options.pathOptions.paths, links: Set((sight.network.wan + sight.network.lan).map(\.name)),
        bootID: LearningClock.currentBoot)
      sight.tellProblems()
      return try Output.document(DeviceDefenderReport(sight, number: number, traffic: traffic))
    }
    if json { return try Output.document(ExposureDocument(sight)) }
    sight.tellProblems()
    try Output.write(ExposureText(sight).rendered)
  }
}

/// What can be reached, as a person reads it.
struct ExposureText {
  private let sight: ExposureSight
  private let terminal = Terminal(1)
  private let language = Terminal.language

  init(_ sight: ExposureSight) {
    self.sight = sight
  }

  var rendered: String {
    var lines: [String] = []
    for (side, names) in [
      (ClosingTarget.Side.wan, sight.network.wan.map(\.name)), (.lan, sight.network.lan.map(\.name)),
    ] where !names.isEmpty {
      let ports = sight.ports.filter { $0.target.side == side }
      let shown = ports.filter { $0.reachable != .no && !$0.isTemporary }
      lines.append(terminal.styled(title(side, names), .bold))
      lines += shown.map(line)
      if shown.isEmpty { lines.append("  " + words("nothing", "なし")) }
      let blocked = ports.count { $0.reachable == .no }
      if blocked > 0 {
        lines.append(
          "  " + words("\(blocked) more are kept out by the packet filter", "ほかに \(blocked) 個は遮断されています"))
      }
      lines.append("")
    }
    let learned = ExposureDocument(sight).learned
    if !learned.isEmpty {
      lines.append(terminal.styled(words("Use that was learned", "観測された利用"), .bold))
      lines += learned.map { entry in
        let ago = words("\(Self.span(entry.use.secondsAgo)) ago", "\(Self.span(entry.use.secondsAgo)) 前")
        return
          "  \(TextWidth.fit("\(entry.port)", to: 11))\(TextWidth.fit(entry.place.description, to: 26))\(ago)"
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  private func title(_ side: ClosingTarget.Side, _ names: [String]) -> String {
    let list = names.joined(separator: ", ")
    return side == .wan
      ? words("From the Internet (\(list))", "インターネットから (\(list))")
      : words("From the LAN (\(list))", "LAN から (\(list))")
  }

  private func line(_ port: ExposedPort) -> String {
    let state =
      port.reachable == .yes
      ? terminal.styled(TextWidth.fit(words("open", "開"), to: 9), port.target.side == .wan ? .red : nil)
      : TextWidth.fit(words("not sure", "不明"), to: 9)
    var parts: [String] = []
    if case .device(let address) = port.target.place { parts.append(address.description) }
    parts.append(port.owner?.name ?? (port.means == [.listener] ? words("owner not known", "所有者不明") : ""))
    if let end = port.leadsTo { parts.append("→ \(end)") }
    if port.means.contains(.mapping) { parts.append("UPnP") }
    if let description = port.description { parts.append("\"\(description)\"") }
    if port.flows > 0 {
      parts.append(words("\(port.flows) connection\(port.flows == 1 ? "" : "s")", "接続 \(port.flows)"))
    }
    return "  \(TextWidth.fit(port.target.port.description, to: 11))\(state)"
      + parts.filter { !$0.isEmpty }.joined(separator: "  ")
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }

  static func span(_ seconds: Int) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }
}
