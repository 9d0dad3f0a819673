import LocalPage
import Wording

/// The home network as a drawing (SVG 1.1), to be put into a page: the Internet, the gateway, and every device.
struct HousePicture {
  /// More are told of below the drawing; the lists have all of them.
  static let limit = 48
  private static let columns = 4
  private static let card = (width: 168, height: 62)
  private static let gap = 16
  private static let top = 126
  private static let width = columns * card.width + (columns + 1) * gap

  var summary: SiteSummary

  var rendered: String {
    let shown = summary.devices.prefix(Self.limit)
    let rows = (shown.count + Self.columns - 1) / Self.columns
    let height = Self.top + rows * (Self.card.height + Self.gap) + 4
    let middle = Self.width / 2
    var parts = [
      "<svg class=\"house\" role=\"img\" aria-label=\"\(HTML.text(label))\" viewBox=\"0 0 \(Self.width) \(height)\" xmlns=\"http://www.w3.org/2000/svg\">",
      "<path class=\"wire\" d=\"M\(middle) 34V\(Self.top - 20)\"/>",
      "<ellipse class=\"outside\" cx=\"\(middle)\" cy=\"20\" rx=\"82\" ry=\"18\"/>",
      text(middle, 25, words("Internet", "インターネット"), "middle"),
      "<rect class=\"gateway\" x=\"\(middle - 92)\" y=\"56\" width=\"184\" height=\"32\" rx=\"6\"/>",
      text(middle, 77, words("this gateway", "このゲートウェイ"), "middle"),
    ]
    if !shown.isEmpty {
      let last = trunk(min(shown.count, Self.columns) - 1)
      parts.append(
        "<path class=\"wire\" d=\"M\(trunk(0)) \(Self.top - 20)H\(max(last, middle))\"/>")
    }
    // Each device hangs on the network by itself, so no wire leads from one to the next.
    for column in 0..<min(shown.count, Self.columns) {
      let rows = (shown.count - 1 - column) / Self.columns
      var wire = "M\(trunk(column)) \(Self.top - 20)V\(place(rows, column).y + Self.card.height / 2)"
      for row in 0...rows {
        let place = place(row, column)
        wire += "M\(trunk(column)) \(place.y + Self.card.height / 2)H\(place.x)"
      }
      parts.append("<path class=\"wire\" d=\"\(wire)\"/>")
    }
    for (index, thing) in shown.enumerated() {
      parts += card(thing, at: place(index / Self.columns, index % Self.columns))
    }
    parts.append("</svg>")
    if summary.devices.count > Self.limit {
      let more = summary.devices.count - Self.limit
      parts.append(
        "<p class=\"small\">\(words("\(more) more are in the list.", "ほかに \(more) 台は一覧にあります。"))</p>")
    }
    return parts.joined(separator: "\n")
  }

  private var label: String {
    words(
      "The home network: \(summary.devices.count) devices behind this gateway",
      "家のネットワーク: このゲートウェイの内側に \(summary.devices.count) 台")
  }

  /// Where the wire of a column runs down.
  private func trunk(_ column: Int) -> Int { place(0, column).x - Self.gap / 2 - 2 }

  private func place(_ row: Int, _ column: Int) -> (x: Int, y: Int) {
    (Self.gap + column * (Self.card.width + Self.gap), Self.top + row * (Self.card.height + Self.gap))
  }

  private func card(_ thing: SiteSummary.Thing, at place: (x: Int, y: Int)) -> [String] {
    let style = thing.absent ? "absent" : SeverityStyle.name(of: thing.worst)
    let mark = SeverityStyle.mark(of: thing.worst)[summary.language]
    let state = thing.absent ? words("not seen", "見つからず") : mark
    let line = thing.name ?? thing.address ?? ""
    let (width, height) = Self.card
    // A drawing of its own for each cuts what is too long, whatever the font.
    return [
      "<rect class=\"card \(style)\" x=\"\(place.x)\" y=\"\(place.y)\" width=\"\(width)\" height=\"\(height)\" rx=\"6\"/>",
      "<svg x=\"\(place.x + 10)\" y=\"\(place.y)\" width=\"\(width - 16)\" height=\"\(height)\">",
      text(0, 19, "\(thing.number)  \(thing.kind)", "start", "strong"),
      text(0, 36, short(line, 23), "start", "small"),
      text(0, 52, state, "start", "state \(style)"),
      "</svg>",
    ]
  }

  private func short(_ text: String, _ width: Int) -> String {
    TextWidth.of(text) <= width ? text : TextWidth.fit(text, to: width)
  }

  private func text(_ x: Int, _ y: Int, _ text: String, _ anchor: String, _ style: String = "") -> String {
    "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" class=\"\(style)\">\(HTML.text(text))</text>"
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[summary.language]
  }
}
