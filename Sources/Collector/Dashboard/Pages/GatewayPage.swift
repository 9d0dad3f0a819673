import Addresses
import Checks
import Correlate
import FleetContract
import FleetStore
import Posture

/// One gateway: its state, what it found, what both sides see of it, and what it reported last.
struct GatewayView {
  var gateway: GatewayPage

  func page(_ w: Words) -> Page {
    let overview = gateway.detail.overview
    var facts = FactList()
    let since: HTML = overview.since.map { ", \(w("since", "開始")) \(w.time($0))" } ?? ""
    facts.add(w("State", "状態"), "\(w.online(overview))\(since)")
    facts.add(w("Group", "グループ"), .foreign(overview.enrolment?.group))
    facts.add(w("Grade", "評価"), "\(overview.posture?.grade.rawValue ?? "–")")
    facts.add(w("Agent", "エージェント"), .foreign(overview.agent, limit: 64))
    facts.add(w("Waiting on the gateway", "ゲートウェイで待機中の記録"), "\(overview.queued ?? 0)")
    facts.add(w("First heard", "初回受信"), w.time(overview.firstReceived))
    facts.add(w("Heard last", "最終受信"), w.time(overview.lastReceived))
    facts.add(w("Looked at its network", "最終スキャン"), w.time(overview.posture?.scanned))
    if let posture = overview.posture, posture.happened == nil {
      facts.add(w("Clock", "時計"), "\(w("not right when it reported", "報告時に正しくありませんでした"))")
    }
    if let revoked = overview.enrolment?.revoked { facts.add(w("Revoked", "失効"), w.time(revoked)) }
    return Page(
      title: overview.gateway.text,
      body: """
        \(facts.html)
        <h2>\(w("Open findings", "未解消の検出事項"))</h2>
        \(findings(w))
        <h2>\(w("Devices", "機器"))</h2>
        \(devices(w))
        <h2>\(w("Reachable from the Internet", "インターネットからの到達性"))</h2>
        \(reach(w))
        <h2>\(w("Latest reports", "最新の報告"))</h2>
        \(reports(w))
        """, section: .gateways)
  }

  private func findings(_ w: Words) -> HTML {
    let rows: [[HTML]] = gateway.findings.map { record in
      let finding = record.finding
      let path = FormAddress.path("gateways", record.gateway.text, "findings", finding.id)
      let title = Checks.text(for: finding, w.language)?.title
      return [
        "<a href=\"\(path)\">\(HTML.foreign(title ?? finding.check))</a>", w.badge(finding.severity),
        "<code>\(HTML.foreign(finding.device, limit: 64))</code>", .foreign(finding.service?.description),
      ]
    }
    return DataTable(
      w("Open findings", "未解消の検出事項"),
      [w("Finding", "検出事項"), w("Severity", "重大度"), w("Device", "機器"), w("Port", "ポート")], rows: rows
    ).html(w)
  }

  private func devices(_ w: Words) -> HTML {
    let rows: [[HTML]] = gateway.detail.devices.map { device in
      let services = device.services.prefix(40).map { "\($0.port) \($0.protocol.rawValue)" }
      let names = (device.names + [device.vendor, device.model].compactMap(\.self)).prefix(5)
      return [
        "<code>\(HTML.foreign(device.id, limit: 64))</code>", "\(w.kind(device.kind))",
        names.isEmpty ? "–" : HTML.foreign(names.joined(separator: ", ")),
        .foreign(services.isEmpty ? nil : services.joined(separator: ", "), limit: 400),
        w.time(device.lastSeen),
      ]
    }
    return DataTable(
      w("Devices", "機器"),
      [
        w("Device", "機器"), w("Kind", "種類"), w("Name (with consent)", "名前（同意時のみ）"), w("Services", "サービス"),
        w("Seen last", "最終確認"),
      ], rows: rows
    ).html(w)
  }

  private func reach(_ w: Words) -> HTML {
    let rows: [[HTML]] = gateway.services.map { service in
      [
        "\(service.service.description)", "\(service.protocol?.rawValue ?? "–")",
        "\(w.look(service.inside.state))", "\(w.look(service.outside.state))",
        "\(w.agreement(service.agreement))", w.time(service.since),
      ]
    }
    return DataTable(
      w("Reachable from the Internet", "インターネットからの到達性"),
      [
        w("Port", "ポート"), w("Protocol", "プロトコル"), w("The gateway says", "ゲートウェイの報告"),
        w("Seen from outside", "外側からの確認"), w("Together", "突き合わせ"), w("Since", "開始"),
      ], rows: rows
    ).html(w)
  }

  private func reports(_ w: Words) -> HTML {
    let rows: [[HTML]] = gateway.events.map { event in
      [
        "\(event.seq)", .foreign(event.kind, limit: 32),
        event.happened.map { w.time($0) } ?? "\(w("not known", "不明"))", w.time(event.received),
      ]
    }
    return DataTable(
      w("Latest reports", "最新の報告"),
      [w("Number", "番号"), w("Kind", "種類"), w("Happened", "発生"), w("Received", "受信")], rows: rows
    ).html(w)
  }
}
