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

  func pages(_ page: Paging, _ path: String, _ fields: [(String, String)]) -> HTML {
    func link(_ number: Int, _ text: String, _ relation: String) -> HTML {
      let address = FormAddress.query(path, fields + [("page", number == 1 ? "" : "\(number)")])
      return "<a rel=\"\(relation)\" href=\"\(address)\">\(text)</a> "
    }
    let previous = page.number > 1 ? link(page.number - 1, self("Previous page", "前のページ"), "prev") : ""
    let next = page.hasNext ? link(page.number + 1, self("Next page", "次のページ"), "next") : ""
    return """
      <nav class="pages" aria-label="\(self("Pages", "ページ"))"><p>\(self("\(page.total) in all", "全 \(page.total) 件")) \
      \(previous)\(next)</p></nav>
      """
  }
}

/// Which part of a long list is shown.
struct Paging: Hashable, Sendable {
  static let size = 50
  /// From 1.
  var number: Int
  var total: Int

  init(_ text: String?, of total: Int) {
    self.total = total
    let last = max(1, (total + Self.size - 1) / Self.size)
    number = min(max(1, text.flatMap { Int($0) } ?? 1), last)
  }

  var hasNext: Bool { number * Self.size < total }

  func part<Element>(of list: [Element]) -> ArraySlice<Element> {
    list.dropFirst((number - 1) * Self.size).prefix(Self.size)
  }
}
