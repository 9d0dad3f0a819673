/// Draws what part of the fleet has a session, over time, one line for each way to come back.
package struct ReturnCurve {
  private let title: String
  private let curves: [Line]
  private static let (width, height, left, right, top, bottom) = (960.0, 480.0, 60.0, 230.0, 40.0, 50.0)
  private static let colours = ["#7f7f7f", "#8c564b", "#1f77b4", "#9467bd", "#ff7f0e", "#2ca02c", "#d62728"]

  /// One way to come back, or one outage.
  package struct Line: Hashable, Sendable {
    package var name: String
    /// Seconds from the beginning, and what part is there then; in the order of time.
    package var points: [Point]

    package struct Point: Hashable, Sendable {
      package var second: Double
      package var part: Double

      package init(_ second: Double, _ part: Double) {
        self.second = second
        self.part = part
      }
    }

    package init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  package init(_ outcomes: [RestorationOutcome], title: String) {
    // As far as anything still happens, at least ten minutes.
    let end = Double(max(600, (outcomes.map(\.curve.count).max() ?? 1) * 10))
    let curves = outcomes.map { outcome in
      let points = outcome.curve.enumerated().map { Line.Point(Double($0.offset) * 10, $0.element) }
      return Line(
        name: outcome.policy.rawValue + (outcome.livelock ? " (livelock)" : ""),
        points: points + [Line.Point(end, outcome.connected)])
    }
    self.init(curves, title: title)
  }

  package init(_ curves: [Line], title: String) {
    self.curves = curves
    self.title = title
  }

  /// The picture as SVG 1.1.
  package var svg: String {
    let end = seconds
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 480" font-family="sans-serif" font-size="13">"#,
      #"<rect width="960" height="480" fill="white"/>"#,
      #"<text x="60" y="24" font-size="15">\#(title.svgText)</text>"#,
    ]
    for part in stride(from: 0.0, through: 1, by: 0.25) {
      let y = Self.y(part)
      lines.append(#"<path d="M60 \#(y)H\#(Self.width - Self.right)" stroke="lightgray"/>"#)
      lines.append(#"<text x="52" y="\#(y + 4)" text-anchor="end">\#(Int(part * 100)) %</text>"#)
    }
    let step = Self.steps.first { end / $0 <= 7 } ?? end
    for second in stride(from: 0, through: end, by: step) {
      let x = Self.x(second, of: end)
      let label = step < 60 ? "\(Int(second)) s" : "\(Int(second) / 60) min"
      lines.append(#"<text x="\#(x)" y="450" text-anchor="middle">\#(label)</text>"#)
    }
    for (index, curve) in curves.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let points = points(curve, end)
      lines.append(
        #"<polyline fill="none" stroke="\#(colour)" stroke-width="2" points="\#(points)"/>"#)
      let y = 60 + 22 * index
      lines.append(#"<path d="M745 \#(y)h24" stroke="\#(colour)" stroke-width="3"/>"#)
      lines.append(#"<text x="776" y="\#(y + 4)">\#(curve.name.svgText)</text>"#)
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// Between two marks of the time axis, in seconds.
  private static let steps = [1.0, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600]

  private var seconds: Double { max(1, curves.compactMap(\.points.last?.second).max() ?? 1) }

  private func points(_ curve: Line, _ end: Double) -> String {
    // Two points a pixel are enough; the last one is never left out.
    let stride = max(1, curve.points.count / 1200)
    let shown = curve.points.enumerated().filter {
      $0.offset % stride == 0 || $0.offset == curve.points.count - 1
    }
    return shown.map { "\(Self.x($0.element.second, of: end)),\(Self.y($0.element.part))" }
      .joined(separator: " ")
  }

  private static func x(_ second: Double, of end: Double) -> Double {
    rounded(left + (width - left - right) * second / end)
  }

  private static func y(_ part: Double) -> Double {
    rounded(height - bottom - (height - top - bottom) * part)
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

extension String {
  fileprivate var svgText: String {
    reduce(into: "") { text, character in
      switch character {
      case "<": text += "&lt;"
      case "&": text += "&amp;"
      default: text.append(character)
      }
    }
  }
}
