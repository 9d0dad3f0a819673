import Casework

/// Draws shares between 0 and 100 % over time.
struct CurvePicture {
  struct Point: Hashable, Sendable {
    /// From 0 to 1, left to right.
    var x: Double
    /// The share.
    var y: Double
  }

  var points: [Point]
  /// What stands under the left end, the middle and the right end.
  var marks: [String]
  /// What the picture shows, in a sentence.
  var label: String

  private static let (left, width, top, height) = (52.0, 416.0, 14.0, 176.0)

  var svg: HTML {
    // Two points a unit of the picture are enough; the last one is never left out.
    let stride = max(1, points.count / 800)
    let shown = points.enumerated().filter { $0.offset % stride == 0 || $0.offset == points.count - 1 }
    let line = shown.map { "\(x($0.element.x)),\(y($0.element.y))" }.joined(separator: " ")
    let grid: [HTML] = [0, 0.5, 1].map { part in
      """
      <path class="grid" d="M52 \(y(part))H468"/>
      <text x="46" y="\((Self.top + Self.height * (1 - part) + 5).short)" text-anchor="end">\(Int(part * 100)) %</text>

      """
    }
    let names: [HTML] = marks.enumerated().map { place, text in
      let part = marks.count > 1 ? Double(place) / Double(marks.count - 1) : 0
      let anchor = place == 0 ? "start" : place == marks.count - 1 ? "end" : "middle"
      return "<text x=\"\(x(part))\" y=\"212\" text-anchor=\"\(anchor)\">\(text)</text>\n"
    }
    return """
      <svg viewBox="0 0 480 220" role="img" aria-label="\(label)">
      \(grid)\(names)<polyline class="curve" points="\(line)"/>
      </svg>
      """
  }

  private func x(_ part: Double) -> String { (Self.left + Self.width * min(1, max(0, part))).short }
  private func y(_ part: Double) -> String { (Self.top + Self.height * (1 - min(1, max(0, part)))).short }
}

/// Draws what share of findings is closed after how many days.
struct ClosingPicture {
  var time: TimeToClose

  private static let days = 90

  func html(_ w: Words) -> HTML {
    guard time.closed + time.open > 0 else { return "" }
    func share(_ hours: Int) -> Double { time.closedWithin(.seconds(hours * 3600)) }
    let points = (0...(Self.days * 4)).map { step in
      CurvePicture.Point(x: Double(step) / Double(Self.days * 4), y: share(step * 6))
    }
    let label = w(
      "After 7 days \(w.percent(share(7 * 24))) of findings are closed, after 30 days \(w.percent(share(30 * 24))), after 90 days \(w.percent(share(90 * 24))).",
      "検出事項の解消率は、7日後 \(w.percent(share(7 * 24)))、30日後 \(w.percent(share(30 * 24)))、90日後 \(w.percent(share(90 * 24))) です。"
    )
    let picture = CurvePicture(
      points: points, marks: [w("0 days", "0日"), w("45 days", "45日"), w("90 days", "90日")], label: label)
    return """
      <figure>
      \(picture.svg)
      <figcaption>\(w("Share that is closed; those still open are counted as such.", "解消された割合。未解消のものも数に含みます。")) \(label)</figcaption>
      </figure>
      """
  }
}
