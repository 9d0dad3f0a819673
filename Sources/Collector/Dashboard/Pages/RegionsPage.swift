import Posture
import Restoration

/// Every region: who is on line, outages, and how they come back; stays live where scripts are allowed.
struct RegionsPage {
  var regions: [RegionView]

  func page(_ w: Words) -> Page {
    Page(
      title: w("Regions", "地域"),
      body: """
        <p>\(w("This list follows by itself where scripts are allowed; otherwise load the page again.", "スクリプトが有効な場合は自動で更新されます。無効な場合はページを再読み込みしてください。"))</p>
        <p id="live" role="status" data-live="\(w("live", "自動更新中"))" data-away="\(w("not live now", "自動更新停止中"))"></p>
        <div id="regions">
        \(list(w))
        </div>
        """, section: .regions, isLive: true)
  }

  /// What is sent again whenever something changes.
  func list(_ w: Words) -> HTML {
    let curves = regions.compactMap { region in region.outage.map { curve($0, region.group ?? "", w) } }
    return "\(table(w))\(curves)"
  }

  /// The same for beneath the gateways: folded away until somebody wants it, and live from then on.
  func fold(_ w: Words) -> HTML {
    let (online, away) = regions.reduce((0, 0)) { ($0.0 + $1.online, $0.1 + $1.offline) }
    return """
      <details>
      <summary>\(w("On line by region", "地域別のオンライン状況")): \(w("\(online) on line, \(away) off line", "オンライン \(online) 台、オフライン \(away) 台"))</summary>
      <p id="live" role="status" data-live="\(w("live", "自動更新中"))" data-away="\(w("not live now", "自動更新停止中"))"></p>
      <div id="regions" data-source="/gateways/live">
      \(table(w))
      </div>
      </details>

      """
  }

  /// Who is on line where, without outages' stories.
  func table(_ w: Words) -> HTML {
    let rows: [[HTML]] = regions.map { region in
      [
        region.group.map { .foreign($0, limit: 64) } ?? "\(w("(no group)", "（グループなし）"))",
        "<span class=\"state \(region.state.rawValue)\">\(state(region, w))</span>", "\(region.online)",
        "\(region.offline)", "\(region.lost)", "\(region.window.map { w.span(.seconds($0)) } ?? "–")",
        w.time(region.outage.flatMap { $0.ended == nil ? $0.eta : nil }.map { WallTime(milliseconds: $0) }),
      ]
    }
    let table = DataTable(
      w("Regions", "地域"),
      [
        w("Group", "グループ"), w("State", "状態"), w("On line", "オンライン"), w("Off line", "オフライン"),
        w("Of these lost", "うち切断"), w("Return spread over", "復帰の分散幅"), w("99 % back at", "99 %復帰の見込み"),
      ], rows: rows)
    return table.html(w)
  }

  private func state(_ region: RegionView, _ w: Words) -> String {
    switch region.state {
    case .calm: w("calm", "平常")
    case .out: w("outage", "停電・断線中")
    case .returning: w("coming back", "復帰中")
    }
  }

  private func curve(_ outage: Outage, _ group: String, _ w: Words) -> HTML {
    guard let first = outage.samples.first, let last = outage.samples.last else { return "" }
    let most = Double(max(1, outage.peak, outage.samples.map(\.away).max() ?? 1))
    let long = Double(max(1, last.time - first.time))
    let points = outage.samples.map {
      CurvePicture.Point(x: Double($0.time - first.time) / long, y: 1 - Double($0.away) / most)
    }
    let back = w.percent(1 - Double(last.away) / most)
    let name = ForeignText.line(group, limit: 64)
    let label = w(
      "\(name): of \(Int(most)) that were away, \(back) are back after \(w.span(.milliseconds(Int64(long)))).",
      "\(name): 切断した \(Int(most)) 台のうち \(back) が \(w.span(.milliseconds(Int64(long)))) で復帰しました。")
    func clock(_ time: Int64) -> String {
      String(WallTime(milliseconds: time).wholeSeconds.description.dropFirst(11).prefix(5))
    }
    let picture = CurvePicture(points: points, marks: [clock(first.time), clock(last.time)], label: label)
    let end = outage.ended.map { WallTime(milliseconds: $0) }
    return """
      <h2>\(name)</h2>
      <figure>
      \(picture.svg)
      <figcaption>\(label) \(w("Began", "開始")): \(w.time(WallTime(milliseconds: outage.began))). \(w("Over", "終了")): \(w.time(end)).</figcaption>
      </figure>
      """
  }
}
