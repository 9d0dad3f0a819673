import FleetStore
import Posture

/// Draws how many findings were found and closed on each of the last days.
struct DayPicture {
  var days: [DayCount]
  /// Days since 1970, in UTC; the last that is drawn.
  var today: Int64

  private static let (width, height, left, bottom, top) = (480.0, 220.0, 44.0, 30.0, 14.0)

  func html(_ w: Words) -> HTML {
    let first = today - FleetSummary.dayCount + 1
    let most = Double(max(1, days.map { max($0.opened, $0.closed) }.max() ?? 1))
    let step = (Self.width - Self.left) / Double(FleetSummary.dayCount)
    func bar(_ count: Int, _ day: Int64, _ place: Double, _ name: String) -> HTML {
      let tall = (Self.height - Self.bottom - Self.top) * Double(count) / most
      let x = Self.left + Double(day - first) * step + place * step
      return """
        <rect class="\(name)" x="\(x.short)" y="\((Self.height - Self.bottom - tall).short)" width="\((step * 0.4).short)" \
        height="\(tall.short)"/>

        """
    }
    let shown = days.filter { $0.day >= first && $0.day <= today }
    let bars: [HTML] = shown.flatMap {
      [bar($0.opened, $0.day, 0.08, "opened"), bar($0.closed, $0.day, 0.52, "closed")]
    }
    func date(_ day: Int64) -> String {
      String(WallTime(milliseconds: day * 86_400_000).description.prefix(10).dropFirst(5))
    }
    let marks: [HTML] = [first, first + 10, first + 20, today].map { day in
      let x = Self.left + (Double(day - first) + 0.5) * step
      return
        "<text x=\"\(min(x, Self.width - 20).short)\" y=\"\((Self.height - 8).short)\" text-anchor=\"middle\">\(date(day))</text>\n"
    }
    let opened = shown.reduce(0) { $0 + $1.opened }
    let closed = shown.reduce(0) { $0 + $1.closed }
    let label = w(
      "In the last 30 days \(opened) findings were found and \(closed) closed.",
      "直近30日間に \(opened) 件検出され、\(closed) 件解消されました。")
    let rows: [[HTML]] = shown.map { ["\(date($0.day))", "\($0.opened)", "\($0.closed)"] }
    return """
      <figure>
      <svg viewBox="0 0 480 220" role="img" aria-label="\(label)">
      <path class="axis" d="M44 14V190H480"/>
      <text x="38" y="22" text-anchor="end">\(Int(most))</text>
      <text x="38" y="194" text-anchor="end">0</text>
      \(bars)\(marks)</svg>
      <figcaption><span class="key opened"></span> \(w("found", "検出")) <span class="key closed"></span> \(w("closed", "解消")). \(label)</figcaption>
      <details><summary>\(w("The numbers", "数値"))</summary>
      \(DataTable(w("Findings by day", "日別の検出事項"), [w("Day", "日付"), w("Found", "検出"), w("Closed", "解消")], rows: rows).html(w))
      </details>
      </figure>
      """
  }
}

extension Double {
  /// With one digit after the point, which is enough for a picture.
  var short: String { String((self * 10).rounded() / 10) }
}
