import CPostgres
import Glibc

/// One session at a PostgreSQL server, in libpq's pipeline mode: statements that need no answer are sent without waiting for
/// one, and the answers of all are read when somebody needs one.
///
/// Used by one thread at a time.
final class PostgresConnection: Connection, @unchecked Sendable {
  // Sendable: the pool lends it to one transaction at a time.
  private let link: OpaquePointer
  private var prepared: [String: (name: String, text: PostgresText)] = [:]
  private var preparations = 0
  /// What answers are still to come.
  private var awaited: [Awaited] = []
  private var lastChanges = 0
  private var lateError: SQLError?
  private var cursors = 0
  /// While migrations run, how tables are translated.
  var schema: PostgresSchema?

  private enum Awaited {
    case preparation(of: String)
    case statement
  }

  /// How many answers may be outstanding.
  private static let most = 512
  /// How many statements are kept prepared.
  private static let mostPrepared = 256

  /// Waits for the server; throws `SQLError`.
  init(_ location: PostgresLocation) throws {
    let options = [
      // What stands before the URI may be said otherwise there.
      ("fallback_application_name", "kadomori-collector"), ("connect_timeout", "10"),
      ("tcp_user_timeout", "30000"), ("dbname", location.uri), ("client_encoding", "UTF8"),
    ]
    let copies = options.map { (strdup($0), strdup($1)) }
    defer {
      copies.forEach {
        free($0); free($1)
      }
    }
    let names = copies.map { UnsafePointer($0.0) } + [nil]
    let texts = copies.map { UnsafePointer($0.1) } + [nil]
    guard let link = PQconnectdbParams(names, texts, 1) else {
      throw SQLError(.unreachable, "no memory for a connection")
    }
    self.link = link
    guard PQstatus(link) == CONNECTION_OK else {
      let message = String(cString: PQerrorMessage(link))
      throw SQLError(connecting: message)
    }
    PQsetNoticeProcessor(link, { _, _ in }, nil)
    guard PQserverVersion(link) >= 120_000 else {
      throw SQLError(.foreign, "the server is older than PostgreSQL 12")
    }
    try plain(
      """
      SET search_path = kadomori; SET lock_timeout = '30s'; SET standard_conforming_strings = on;
      SET bytea_output = 'hex'; SET extra_float_digits = 1;
      SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
      """)
    guard PQenterPipelineMode(link) == 1 else { throw SQLError(.other, "no pipeline mode") }
  }

  deinit { PQfinish(link) }

  var engine: Engine { .postgresql }
  var isUsable: Bool { PQstatus(link) == CONNECTION_OK && PQtransactionStatus(link) == PQTRANS_IDLE }

  var changes: Int {
    do { try settle() } catch { lateError = lateError ?? error }
    return lastChanges
  }

  var lastRow: Int64 {
    do {
      return try rows("SELECT lastval()", []).first?[0] ?? 0
    } catch {
      lateError = lateError ?? (error as? SQLError) ?? SQLError(.other, "\(error)")
      return 0
    }
  }

  // MARK: Statements

  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    if let schema, arguments.isEmpty {
      for statement in schema.statements(sql) { try send(statement, [], cached: false) }
    } else {
      try send(sql, arguments, cached: true)
    }
    if awaited.count >= Self.most { try settle() }
  }

  func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
    try send(sql, arguments, cached: true)
    var result: [Row] = []
    try settle { result = $0 }
    return result
  }

  func execute(_ sql: String, _ rows: RowList) throws {
    try send(sql, rows)
    if awaited.count >= Self.most { try settle() }
  }

  func rows(_ sql: String, _ keys: RowList) throws -> [Row] {
    try send(sql, keys)
    var result: [Row] = []
    try settle { result = $0 }
    return result
  }

  func cursor(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor {
    cursors += 1
    let name = "rows_\(cursors)"
    try send("DECLARE \(name) NO SCROLL CURSOR FOR \(sql)", arguments, cached: false)
    var waiting: [Row] = []
    var isOver = false
    return RowCursor { [self] in
      if waiting.isEmpty, !isOver {
        try send("FETCH 500 FROM \(name)", [], cached: false)
        try settle { waiting = $0.reversed() }
        if waiting.isEmpty {
          isOver = true
          try send("CLOSE \(name)", [], cached: false)
        }
      }
      return waiting.popLast()
    }
  }

  func columns(_ table: String) throws -> [String] {
    try rows(
      """
      SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 AND NOT attisdropped
      ORDER BY attnum
      """, [table]
    ).map { $0[0] }
  }

  /// Begins a transaction, with the locks that it needs.
  func begin(_ statements: [String]) throws {
    lateError = nil
    for statement in statements { try send(statement, [], cached: false) }
    try settle()
  }

  func commit() throws {
    if let lateError { throw lateError }
    try send("COMMIT", [], cached: false)
    try settle()
  }

  /// Takes everything back; where that fails the connection is of no use any more.
  func rollBack() {
    do {
      try? settle()
      lateError = nil
      try send("ROLLBACK", [], cached: false)
      try settle()
    } catch {}
  }

  // MARK: The wire

  private func send(_ sql: String, _ arguments: StatementArguments, cached: Bool) throws {
    if let lateError { throw lateError }
    guard cached else {
      let text = PostgresText(sql)
      let isSent = Self.withValues(text.values(arguments)) { count, values in
        PQsendQueryParams(link, text.text, count, nil, values, nil, nil, 0)
      }
      guard isSent == 1 else { throw brokenLink() }
      awaited.append(.statement)
      return
    }
    let (name, text) = try prepare(sql)
    let isSent = Self.withValues(text.values(arguments)) { count, values in
      PQsendQueryPrepared(link, name, count, values, nil, nil, 0)
    }
    guard isSent == 1 else { throw brokenLink() }
    awaited.append(.statement)
  }

  /// Sends a statement with one array for each column, as bytes: nothing is written as text and read again.
  private func send(_ sql: String, _ list: RowList) throws {
    if let lateError { throw lateError }
    let (name, _) = try prepare(sql)
    let arrays = list.columns.indices.map { PostgresArray.bytes(list.columns[$0], list.column($0)) }
    let joined = arrays.flatMap(\.self)
    let sizes = arrays.map { Int32($0.count) }
    let formats = [Int32](repeating: 1, count: arrays.count)
    let isSent = joined.withUnsafeBytes { bytes in
      var start = 0
      let pointers = arrays.map { array in
        defer { start += array.count }
        return bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
      }
      return PQsendQueryPrepared(link, name, Int32(arrays.count), pointers, sizes, formats, 0)
    }
    guard isSent == 1 else { throw brokenLink() }
    awaited.append(.statement)
  }

  private func prepare(_ sql: String) throws -> (name: String, text: PostgresText) {
    if let known = prepared[sql] { return known }
    if prepared.count >= Self.mostPrepared {
      prepared = [:]
      try send("DEALLOCATE ALL", [], cached: false)
    }
    preparations += 1
    let new = (name: "s\(preparations)", text: PostgresText(sql))
    guard PQsendPrepare(link, new.name, new.text.text, 0, nil) == 1 else { throw brokenLink() }
    awaited.append(.preparation(of: sql))
    prepared[sql] = new
    return new
  }

  /// Reads every answer that is still to come; hands over the rows of the last, and throws the first refusal.
  private func settle(_ last: ([Row]) -> Void = { _ in }) throws(SQLError) {
    if let lateError { throw lateError }
    guard !awaited.isEmpty else { return }
    guard PQpipelineSync(link) == 1 else { throw brokenLink() }
    var refusal: SQLError?
    var rows: [Row] = []
    let waiting = awaited
    awaited = []
    for (place, kind) in waiting.enumerated() {
      guard let result = PQgetResult(link) else { throw brokenLink() }
      let answer = PostgresAnswer(owning: result)
      // After each answer there is a nil, before the next may be read.
      while let more = PQgetResult(link) { PQclear(more) }
      if let error = answer.error {
        if refusal == nil { refusal = error }
      } else if case .preparation = kind {
        continue
      } else if refusal == nil {
        lastChanges = answer.changes
        if place == waiting.count - 1 { rows = answer.rows() }
      }
      if case .preparation(let sql) = kind, refusal != nil { prepared[sql] = nil }
    }
    guard let end = PQgetResult(link) else { throw brokenLink() }
    let status = PQresultStatus(end)
    PQclear(end)
    if status != PGRES_PIPELINE_SYNC, refusal == nil { throw brokenLink() }
    if PQstatus(link) != CONNECTION_OK {
      throw SQLError(.unreachable, refusal?.message ?? "the server ended the connection")
    }
    if let refusal { throw refusal }
    last(rows)
  }

  private func brokenLink() -> SQLError {
    let message = String(cString: PQerrorMessage(link)).prefix { !$0.isNewline }
    guard PQstatus(link) == CONNECTION_OK else {
      return SQLError(.unreachable, message.isEmpty ? "the connection is lost" : String(message))
    }
    return SQLError(.other, String(message))
  }

  /// Carries out statements before the pipeline is entered.
  private func plain(_ sql: String) throws(SQLError) {
    guard let result = PQexec(link, sql) else { throw brokenLink() }
    if let error = PostgresAnswer(owning: result).error { throw error }
  }

  private static func withValues(
    _ values: [SQLValue], _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> Int32
  ) -> Int32 {
    var buffer: [CChar] = []
    var starts: [Int?] = []
    for value in values {
      guard let text = value.wire else {
        starts.append(nil)
        continue
      }
      starts.append(buffer.count)
      buffer.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
      buffer.append(0)
    }
    return buffer.withUnsafeBufferPointer { bytes in
      let pointers = starts.map { start in start.flatMap { at in bytes.baseAddress.map { $0 + at } } }
      return pointers.withUnsafeBufferPointer { body(Int32(values.count), $0.baseAddress) }
    }
  }
}
