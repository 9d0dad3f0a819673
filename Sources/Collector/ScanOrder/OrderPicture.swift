/// Draws what part of all services is found after what part of all probes, one line for each order.
package struct OrderPicture {
  private let title: String
  private let outcomes: [OrderOutcome]
  private static let (width, height, left, right, top, bottom) = (960.0, 480.0, 60.0, 150.0, 40.0, 50.0)
  private static let colours = ["#2ca02c", "#1f77b4", "#9467bd", "#ff7f0e", "#7f7f7f", "#d62728"]

  package init(_ outcomes: [OrderOutcome], title: String) {
    self.outcomes = outcomes
    self.title = title
  }

  private static func x(_ part: Double) -> Double { left + part * (width - left - right) }
  private static func y(_ part: Double) -> Double { height - bottom - part * (height - top - bottom) }

  /// The drawing as one document of SVG 1.1.
  package var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(Self.width))\" height=\"\(Int(Self.height))\" "
        + "font-family=\"sans-serif\" font-size=\"13\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      Self.text(Self.left, 24, Self.escaped(title)),
    ]
    for part in stride(from: 0.0, through: 1, by: 0.1) {
      let percent = "\(Int((part * 100).rounded())) %"
      lines.append(
        "<path d=\"M\(Self.x(0)) \(Self.y(part))H\(Self.x(1))M\(Self.x(part)) \(Self.y(0))V\(Self.y(1))\" "
          + "stroke=\"#dddddd\" fill=\"none\"/>")
      lines.append(Self.text(8, Self.y(part) + 4, percent))
      lines.append(Self.text(Self.x(part) - 12, Self.height - 30, percent))
    }
    lines.append(Self.text(Self.x(0.5) - 60, Self.height - 10, "of all probes"))
    for (place, outcome) in outcomes.enumerated() {
      let colour = Self.colours[place % Self.colours.count]
      let points = outcome.curve.enumerated().map {
        "\(Self.x(Double($0.offset) / 100)),\(Self.y($0.element))"
      }
      lines.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(points.joined(separator: " "))\"/>"
      )
      let height = Self.top + 20 * Double(place)
      lines.append(
        "<rect x=\"\(Self.x(1) + 14)\" y=\"\(height)\" width=\"12\" height=\"12\" fill=\"\(colour)\"/>")
      lines.append(Self.text(Self.x(1) + 32, height + 11, outcome.order.rawValue))
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private static func text(_ x: Double, _ y: Double, _ words: String) -> String {
    "<text x=\"\(x)\" y=\"\(y)\">\(words)</text>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
