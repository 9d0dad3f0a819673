/// A column as PostgreSQL's binary form of an array of one dimension (`array_recv` in its source).
enum PostgresArray {
  /// All numbers are big-endian; a length of -1 is null.
  static func bytes(_ kind: RowList.Kind, _ values: some Sequence<SQLValue>) -> [UInt8] {
    var body: [UInt8] = []
    var count: Int32 = 0
    for value in values {
      count += 1
      switch value {
      case .null: append(Int32(-1), to: &body)
      case .integer(let number):
        append(Int32(8), to: &body)
        append(number, to: &body)
      case .text(let text):
        let text = text.utf8.contains(0) ? value.wire ?? "" : text
        append(Int32(text.utf8.count), to: &body)
        body.append(contentsOf: text.utf8)
      case .real, .bytes: preconditionFailure("no such column in a list of rows")
      }
    }
    var head: [UInt8] = []
    // Dimensions, whether nulls may be among them, type (numbers of `pg_type.dat`), count, first index.
    for number in [1, 1, kind == .text ? 25 : 20, count, 1] as [Int32] { append(number, to: &head) }
    return head + body
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
