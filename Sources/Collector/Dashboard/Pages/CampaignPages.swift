import Campaigns
import FleetStore
import Posture

/// The campaigns of the provider.
struct CampaignsPage {
  var campaigns: [(record: CampaignRecord, progress: CampaignProgress)]

  func page(_ w: Words) -> Page {
    let rows: [[HTML]] = campaigns.map { campaign in
      let record = campaign.record
      return [
        "<a href=\"\(FormAddress.path("campaigns", record.name))\">\(HTML.foreign(record.name, limit: 64))</a>",
        "\(w.campaign(record.state))", "\(w.percent(campaign.progress.part))",
        "\(record.spec.ports.prefix(8).map(String.init).joined(separator: ", "))", "\(record.spec.addresses)",
        w.time(record.started), w.time(record.ended),
      ]
    }
    let table = DataTable(
      w("Campaigns", "スキャン計画"),
      [
        w("Name", "名前"), w("State", "状態"), w("Done", "進捗"), w("Ports", "ポート"), w("Addresses", "アドレス数"),
        w("Started", "開始"), w("Ended", "終了"),
      ], rows: rows)
    return Page(title: w("Campaigns", "スキャン計画"), body: table.html(w), section: .campaigns)
  }
}

/// How far one campaign is, and what it found.
struct CampaignPage {
  var record: CampaignRecord
  var progress: CampaignProgress
  var tallies: CampaignTallies
  var workers: Int

  func page(_ w: Words) -> Page {
    let done = w.percent(progress.part)
    var facts = FactList()
    facts.add(w("State", "状態"), "\(w.campaign(record.state))")
    if let reason = record.reason { facts.add(w("Reason", "理由"), .foreign(reason)) }
    facts.add(
      w("Done", "進捗"),
      "<progress max=\"1000\" value=\"\(Int(progress.part * 1000))\" aria-label=\"\(w("Done", "進捗"))\">\(done)</progress> \(done)"
    )
    facts.add(
      w("Shards", "分割"),
      "\(w("\(progress.done) done, \(progress.held) worked on, \(progress.waiting) waiting", "完了 \(progress.done)、処理中 \(progress.held)、待機 \(progress.waiting)"))"
    )
    facts.add(w("Workers", "ワーカー"), "\(workers)")
    facts.add(w("Time left", "残り時間"), "\(progress.left.map { w.span($0) } ?? "–")")
    facts.add(w("Addresses", "アドレス数"), "\(record.spec.addresses)")
    facts.add(w("Ports", "ポート"), "\(record.spec.ports.map(String.init).joined(separator: ", "))")
    facts.add(w("Planned", "計画"), w.time(record.planned))
    facts.add(w("Started", "開始"), w.time(record.started))
    facts.add(w("Ended", "終了"), w.time(record.ended))
    facts.add(w("Gateways found open", "開放が見つかったゲートウェイ"), "\(tallies.gateways)")
    func table(_ name: String, _ counts: [String: Int]) -> HTML {
      let rows: [[HTML]] = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(40).map {
        [.foreign($0.key, limit: 64), "\($0.value)"]
      }
      return "<h2>\(name)</h2>\n" + DataTable(name, [name, w("Count", "件数")], rows: rows).html(w)
    }
    return Page(
      title: ForeignText.line(record.name, limit: 64),
      body: """
        \(facts.html)
        \(table(w("What ports said", "ポートの応答"), tallies.states))
        \(table(w("Protocols", "プロトコル"), tallies.protocols))
        \(table(w("Kinds of devices", "機器の種類"), tallies.kinds))
        \(table(w("Open, and nobody's: why", "帰属不明の理由"), tallies.unattributed))
        """, section: .campaigns)
  }
}
