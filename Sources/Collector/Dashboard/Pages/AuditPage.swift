import FleetStore

/// Who did what, the newest first.
struct AuditPage {
  var entries: [AuditEntry]
  var part: ListPart

  /// Lines that are read at most; the command shows more.
  static let limit = 5000

  func page(_ w: Words) -> Page {
    let rows: [[HTML]] = entries.map { entry in
      [
        w.time(entry.time), "\(w.event(entry.event))",
        "<code>\(HTML.foreign(entry.gateway, limit: 32))</code>", .foreign(entry.grant, limit: 64),
        .foreign(entry.source, limit: 64), .foreign(entry.detail, limit: 500),
      ]
    }
    let table = DataTable(
      w("Audit log", "監査ログ"),
      [
        w("When", "日時"), w("What", "内容"), w("Gateway", "ゲートウェイ"), w("Token", "トークン"), w("From", "送信元"),
        w("Detail", "詳細"),
      ], rows: rows)
    return Page(
      title: w("Audit log", "監査ログ"), body: table.html(w) + w.pages(part, "/audit", []), section: .audit)
  }
}
