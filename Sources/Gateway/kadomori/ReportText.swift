import Addresses
import Checks
import Posture
import Profiles
import Wording

/// A posture as a person reads it: every device with its ports, then what is wrong and what to do.
struct ReportText {
  let terminal: Terminal
  let language: Language
  let profiles: ProfileSet

  func render(_ report: PostureReport) -> String {
    var lines = report.devices.flatMap(device)
    if report.devices.isEmpty { lines = [words("No device answered.", "応答した機器はありません。")] }
    lines += findings(report)
    lines.append("")
    lines.append(summary(report))
    return lines.joined(separator: "\n") + "\n"
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }

  private func device(_ device: Device) -> [String] {
    let addresses = device.addresses.filter { if case .v4 = $0 { true } else { false } }
    let address = addresses.map(\.description).joined(separator: " ")
    let profile = device.profile.flatMap { profiles[$0] }
    // A profile of one maker's devices says more than the maker's name.
    let titled = device.model == nil && profile?.vendor != nil
    let make = titled ? nil : device.makeAndModel
    let name = device.names.first.map { "“\($0)”" }
    let details = [make ?? profile?.title[language], name].compactMap(\.self).joined(separator: "  ")
    let head = "\(TextWidth.fit(address, to: 15))  \(TextWidth.fit(device.kind.words[language], to: 20))"
    let room = max(12, terminal.columns - 60)
    let mac =
      device.mac.map { "  \($0)" } ?? ""
    var lines = [
      "",
      terminal.styled("\(head)  \(TextWidth.fit(details, to: room))", .bold) + terminal.styled(mac, .faint),
    ]
    if !device.otherMACs.isEmpty {
      let others = device.otherMACs.map(\.description).joined(separator: " ")
      let text = words("further hardware addresses: \(others)", "ほかのMACアドレス: \(others)")
      for line in TextWidth.wrap(text, to: terminal.columns - 4) {
        lines.append(terminal.styled("    \(line)", .faint))
      }
    }
    if device.isAbsent { lines.append("    " + terminal.styled(unseen(device), .yellow)) }
    if device.services.isEmpty { lines.append("    " + words("no open port found", "開いているポートはありません")) }
    lines += device.services.map(service)
    if device.services.contains(where: { $0.neededBy == .mud }), let url = device.facts[.mudURL] {
      let text = words("judged by the file of its maker too: \(url)", "一部の要不要はメーカーの記述によります: \(url)")
      lines.append("    " + terminal.styled(text, .faint))
    }
    return lines
  }

  private func unseen(_ device: Device) -> String {
    guard let time = device.lastSeen else {
      return words("not seen; as last known", "見つかりません（内容は最後に分かっていたもの）")
    }
    let clock =
      device.remarks.contains(.clockUnset) ? words(" by a clock that was not set", "（時計は未設定）") : ""
    return words(
      "not seen since \(time)\(clock); as last known",
      "\(time)\(clock) 以降、見つかっていません（内容は最後に分かっていたもの）")
  }

  private func service(_ service: Service) -> String {
    let name = service.protocol.rawValue + (service.tls ? "+tls" : "")
    let product = [service.product, service.version].compactMap(\.self).joined(separator: " ")
    let said = saying(service)
    let need: (String, Terminal.Style?) =
      switch service.needed {
      case .yes: (words("needed", "必要"), .green)
      case .no: (words("not needed", "不要"), .yellow)
      case .unknown: ("", nil)
      }
    let text =
      product.isEmpty ? said : said.isEmpty || said.contains(product) ? product : "\(product)  \(said)"
    let room = max(20, terminal.columns - 45)
    return trimmed(
      "    \(TextWidth.fit(service.port.description, to: 10))  \(TextWidth.fit(name, to: 14))  "
        + "\(terminal.styled(TextWidth.fit(need.0, to: 10), need.1))  \(TextWidth.fit(text, to: room))")
  }

  /// The most telling thing the service said of itself; the title of an error page says nothing.
  private func saying(_ service: Service) -> String {
    let failed = service.facts[.status].map { $0.first != "2" } ?? false
    // A banner is where the product was read from.
    let banner: [ServiceFact] = service.product == nil ? [.banner] : []
    let order: [ServiceFact] = (failed ? [] : [.title]) + [.realm, .name] + banner
    return order.lazy.compactMap { service.facts[$0] }.first ?? ""
  }

  private func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }

  private func findings(_ report: PostureReport) -> [String] {
    let decided = Set(report.decisions.map(\.finding))
    let open = report.findings.filter { !decided.contains($0.id) }
    guard !open.isEmpty else { return [] }
    let byID = Dictionary(report.devices.map { ($0.id, $0) }) { first, _ in first }
    var lines = ["", terminal.styled(words("What to do", "対応が必要なこと"), .bold)]
    for finding in open {
      let device = byID[finding.device]
      let place = [device?.addresses.first?.description, finding.service?.description]
        .compactMap(\.self).joined(separator: " ")
      guard let text = Checks.text(for: finding, about: device, profiles: profiles, language) else {
        continue
      }
      let mark = TextWidth.fit(finding.severity.words[language], to: 8)
      lines.append("")
      lines.append(
        "  \(terminal.styled(mark, style(finding.severity)))  \(terminal.styled(text.title, .bold))  \(place)"
      )
      if let device, device.isAbsent {
        lines.append("            \(terminal.styled(unseen(device), .yellow))")
      }
      for line in TextWidth.wrap(text.reason, to: terminal.columns - 14) {
        lines.append("            \(line)")
      }
      for line in TextWidth.wrap("→ \(text.remedy)", to: terminal.columns - 14) {
        lines.append("            \(line)")
      }
    }
    return lines
  }

  private func style(_ severity: Severity) -> Terminal.Style? {
    switch severity {
    case .critical, .high: .alarm
    case .medium: .yellow
    case .low, .info: nil
    }
  }

  private func summary(_ report: PostureReport) -> String {
    let seconds = Double(report.scan.durationMilliseconds / 100) / 10
    let present = report.present
    let services = present.reduce(0) { $0 + $1.services.count }
    let missing = report.devices.count - present.count
    let absent =
      missing == 0 ? "" : words(" Known but not seen: \(missing).", "（ほかに、見つからなかった既知の機器 \(missing) 台）")
    let networks = report.scan.networks.map(\.description).joined(separator: ", ")
    let decided =
      report.decisions.isEmpty
      ? ""
      : words(
        " Accepted or muted: \(report.decisions.count).", "（ほかに、了承済みの指摘 \(report.decisions.count) 件）")
    let count = report.findings.count - report.decisions.count
    let whole =
      report.scan.complete
      ? "" : words(" The scan was interrupted: there may be more.", "（途中で中断しました。ほかにもある可能性があります）")
    return words(
      "\(present.count) devices, \(services) open ports, \(count) findings on \(report.scan.interface) (\(networks)) in \(seconds) s.\(absent)\(decided)\(whole)",
      "\(report.scan.interface)（\(networks)）: 機器 \(present.count) 台、開いているポート \(services) 個、指摘 \(count) 件、所要 \(seconds) 秒。\(absent)\(decided)\(whole)"
    )
  }
}
