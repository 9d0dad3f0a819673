/// Draws what part of the fleet has a session, over time, one line for each way to come back.
package struct ReturnCurve {
  private let title: String
  private let outcomes: [RestorationOutcome]
  private static let (width, height, left, right, top, bottom) = (960.0, 480.0, 60.0, 230.0, 40.0, 50.0)
  private static let colours = ["#7f7f7f", "#8c564b", "#1f77b4", "#9467bd", "#ff7f0e", "#2ca02c", "#d62728"]

  package init(_ outcomes: [RestorationOutcome], title: String) {
    self.outcomes = outcomes
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
    for step in 0...6 {
      let second = end * step / 6
      let x = Self.x(second, of: end)
      lines.append(#"<text x="\#(x)" y="450" text-anchor="middle">\#(second / 60) min</text>"#)
    }
    for (index, outcome) in outcomes.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      lines.append(
        #"<polyline fill="none" stroke="\#(colour)" stroke-width="2" points="\#(points(outcome, end))"/>"#)
      let y = 60 + 22 * index
      lines.append(#"<path d="M745 \#(y)h24" stroke="\#(colour)" stroke-width="3"/>"#)
      let stuck = outcome.livelock ? " (livelock)" : ""
      lines.append(#"<text x="776" y="\#(y + 4)">\#((outcome.policy.rawValue + stuck).svgText)</text>"#)
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// As far as anything still happens, at least ten minutes.
  private var seconds: Int { max(600, (outcomes.map(\.curve.count).max() ?? 1) * 10) }

  private func points(_ outcome: RestorationOutcome, _ end: Int) -> String {
    // Two points a pixel are enough, and the last one goes on to the right edge.
    let stride = max(1, outcome.curve.count / 1200)
    var points = outcome.curve.enumerated().filter { $0.offset % stride == 0 }.map { index, part in
      "\(Self.x(index * 10, of: end)),\(Self.y(part))"
    }
    points.append("\(Self.x(end, of: end)),\(Self.y(outcome.connected))")
    return points.joined(separator: " ")
  }

  private static func x(_ second: Int, of end: Int) -> Double {
    rounded(left + (width - left - right) * Double(second) / Double(end))
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
