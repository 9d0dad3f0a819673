import Casework
import FleetContract
import FleetStore
import Posture

/// A table that scrolls by itself where it is too wide.
struct DataTable {
  var caption: String
  var headings: [String]
  /// The first cell of each names the row.
  var rows: [[HTML]]
  /// Whether the caption is shown too: where no heading above says the same.
  var showsCaption = false

  init(_ caption: String, _ headings: [String], rows: [[HTML]] = []) {
    self.caption = caption
    self.headings = headings
    self.rows = rows
  }

  func html(_ w: Words) -> HTML {
    if rows.isEmpty { return "<p class=\"empty\">\(caption): \(w("nothing", "該当なし"))</p>\n" }
    let heads: [HTML] = headings.map { "<th scope=\"col\">\($0)</th>" }
    let lines: [HTML] = rows.map { row in
      let cells: [HTML] = row.enumerated().map { place, cell in
        place == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" role="region" aria-label="\(caption)" tabindex="0"><table>
      <caption\(showsCaption ? "" : " class=\"spoken\"" as HTML)>\(caption)</caption>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(lines)</tbody>
      </table></div>

      """
  }
}

/// Pairs of a name and what it is.
struct FactList {
  var facts: [(name: String, value: HTML)] = []

  mutating func add(_ name: String, _ value: HTML) { facts.append((name, value)) }

  var html: HTML {
    let lines: [HTML] = facts.map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>\n" }
    return "<dl class=\"facts\">\n\(lines)</dl>\n"
  }
}

extension Words {
  /// Severity by word and form, not by colour alone.
  func badge(_ severity: Severity) -> HTML {
    "<span class=\"badge \(severity.rawValue)\">\(self.severity(severity))</span>"
  }

  func gatewayLink(_ gateway: GatewayID) -> HTML {
    "<a href=\"\(FormAddress.path("gateways", gateway.text))\"><code>\(gateway.text)</code></a>"
  }

  func findingLink(_ record: FindingRecord, _ text: HTML) -> HTML {
    let path = FormAddress.path("gateways", record.gateway.text, "findings", record.finding.id)
    return "<a href=\"\(path)\">\(text)</a>"
  }

  /// Says of what moment numbers are.
  func asOf(_ time: WallTime) -> HTML {
    "<p class=\"as-of\">\(self("As of", "集計時刻")) \(self.time(time))</p>"
  }

  /// The way to the next part of a list, and back to its beginning.
  func pages(_ part: ListPart, _ path: String, _ fields: [(String, String)]) -> HTML {
    func link(_ after: String, _ text: String, _ relation: String) -> HTML {
      "<a rel=\"\(relation)\" href=\"\(FormAddress.query(path, fields + [("after", after)]))\">\(text)</a> "
    }
    let first = part.isFirst ? "" : link("", self("First page", "最初のページ"), "first")
    let next = part.next.map { link($0, self("Next page", "次のページ"), "next") } ?? ""
    let most = ListPart.mostCounted
    let total =
      part.total.map { total in
        part.hasMore
          ? self("more than \(most)", "\(most) 件より多数") : self("\(total) in all", "全 \(total) 件")
      } ?? ""
    return "<nav class=\"pages\" aria-label=\"\(self("Pages", "ページ"))\"><p>\(total) \(first)\(next)</p></nav>"
  }
}

/// Which part of a long list is shown.
struct ListPart: Hashable, Sendable {
  static let size = 50
  /// Where only looking at each says how many there are, no more than these are counted.
  static let mostCounted = 10_000
  var isFirst: Bool
  /// What asks for the next part; `nil` on the last.
  var next: String?
  /// How many there are in all; `nil` where nobody counts.
  var total: Int?
  /// Whether there are more than were counted.
  var hasMore: Bool { total == Self.mostCounted + 1 }

  init(isFirst: Bool, next: String?, total: Int? = nil) {
    self.isFirst = isFirst
    self.next = next
    self.total = total
  }

  /// A part of a list that is there whole; `after` says how many come before it.
  static func part<Element>(of list: [Element], after: String?) -> ([Element], ListPart) {
    let start = min(max(0, after.flatMap { Int($0) } ?? 0), list.count)
    let part = Array(list[start...].prefix(size))
    let end = start + part.count
    return (
      part, ListPart(isFirst: start == 0, next: end < list.count ? String(end) : nil, total: list.count)
    )
  }
}
