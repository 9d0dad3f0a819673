import CPostgres
import FoundationEssentials

/// One answer of the server, which owns libpq's result.
final class PostgresAnswer {
  private let result: OpaquePointer

  init(owning result: OpaquePointer) {
    self.result = result
  }

  deinit { PQclear(result) }

  /// What the server refused, if it did.
  var error: SQLError? {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
    default: break
    }
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    let text = field("M") ?? String(cString: PQresultErrorMessage(result))
    let message = String(text.prefix { !$0.isNewline })
    guard let state = field("C") else {
      return SQLError(.unreachable, message.isEmpty ? "the server ended the connection" : message)
    }
    return SQLError(SQLError.code(ofState: state), message, state: state)
  }

  /// How many rows a statement changed.
  var changes: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  func rows() -> [Row] {
    let count = PQntuples(result)
    guard count > 0 else { return [] }
    let width = PQnfields(result)
    let columns = ColumnNames((0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" })
    let types = (0..<width).map { PQftype(result, $0) }
    return (0..<count).map { row in
      Row(columns: columns, values: (0..<width).map { value(row, $0, types[Int($0)]) })
    }
  }

  /// Numbers of types are of PostgreSQL's `pg_type.dat`, and never change.
  private func value(_ row: Int32, _ column: Int32, _ type: Oid) -> SQLValue {
    if PQgetisnull(result, row, column) == 1 { return .null }
    let bytes = UnsafeBufferPointer(
      start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
    var text: String { bytes.withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) } }
    switch type {
    case 20, 21, 23, 26: return Int64(text).map(SQLValue.integer) ?? .text(text)
    case 16: return .integer(bytes.first == CChar(UInt8(ascii: "t")) ? 1 : 0)
    case 1700: return Int64(text).map(SQLValue.integer) ?? Double(text).map(SQLValue.real) ?? .text(text)
    case 700, 701: return Double(text).map(SQLValue.real) ?? .text(text)
    case 17: return .bytes(Hex.bytes(bytes.dropFirst(2).lazy.map { UInt8(bitPattern: $0) }))
    default: return .text(text)
    }
  }
}

/// Bytes as PostgreSQL writes them.
enum Hex {
  static func bytes(_ digits: some Sequence<UInt8>) -> Data {
    var data = Data()
    var high: UInt8?
    for digit in digits {
      let value = digit >= 0x61 ? digit - 0x61 + 10 : digit - 0x30
      if let first = high {
        data.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return data
  }

  static func text(_ bytes: Data) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = Array("\\x".utf8)
    text.reserveCapacity(2 + 2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension SQLValue {
  /// As PostgreSQL reads it; `nil` is null.
  ///
  /// A text may not hold the character NUL there, which becomes the replacement character: it stands in no message whose
  /// sender was right.
  var wire: String? {
    switch self {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text):
      text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : text
    case .bytes(let data): Hex.text(data)
    }
  }
}

extension SQLError {
  /// By class and number of PostgreSQL's appendix "Error Codes".
  static func code(ofState state: String) -> Code {
    switch state {
    case "40001", "40P01": return .conflict
    case "55P03", "57014", "55006": return .busy
    case "53100": return .full
    case "42501", "25006": return .permission
    case "3D000", "3F000": return .foreign
    case "XX001", "XX002": return .damaged
    case "58030": return .disk
    default: break
    }
    return switch state.prefix(2) {
    case "08", "57", "53": .unreachable
    case "28": .permission
    case "23": .constraint
    default: .other
    }
  }

  /// Of a connection that did not come about libpq keeps only the text: a line for each address that it tried, and a hint
  /// behind a tab.
  init(connecting message: String) {
    let lines = message.split(whereSeparator: \.isNewline).filter { $0.first?.isWhitespace == false }
    let text = String(lines.last ?? "no connection")
    let code: Code =
      if text.contains("password") || text.contains("authentication") || text.contains("pg_hba")
        || text.contains("role \"")
      {
        .permission
      } else if text.contains("database \"") {
        .foreign
      } else {
        .unreachable
      }
    self.init(code, text)
  }
}
