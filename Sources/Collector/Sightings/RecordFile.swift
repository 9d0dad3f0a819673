import JSONTree

/// One line of somebody's list: named fields, as texts.
struct Record {
  var line: Int
  var fields: [String: String]

  /// A field that may be absent; an empty one is.
  func optional<Value>(
    _ name: String, _ expected: String, _ read: (String) -> Value?
  ) throws(RecordFault) -> Value? {
    guard let text = fields[name], !text.isEmpty else { return nil }
    guard let value = read(text) else {
      throw RecordFault(line: line, field: name, problem: "'\(RecordFault.excerpt(text))' is not \(expected)")
    }
    return value
  }

  func required<Value>(
    _ name: String, _ expected: String, _ read: (String) -> Value?
  ) throws(RecordFault) -> Value {
    guard let value = try optional(name, expected, read) else {
      throw RecordFault(line: line, field: name, problem: "is missing; it has to be \(expected)")
    }
    return value
  }
}

/// What is wrong with a line of somebody's list.
package struct RecordFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  package var line: Int
  package var field: String?
  package var problem: String

  package var description: String { "line \(line): " + (field.map { "\($0) " } ?? "") + problem }

  /// A stranger's text, short, without what steers a terminal.
  static func excerpt(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(40) {
      result.unicodeScalars.append((0x20...0x7e).contains(scalar.value) ? scalar : "?")
    }
    return result
  }
}

/// What a list holds, and what is wrong with the rest of it.
package struct RecordFile<Value: Sendable>: Sendable {
  package var values: [Value] = []
  /// The first of them, at most ``faultLimit``.
  package var faults: [RecordFault] = []
  package var faultCount = 0

  package static var faultLimit: Int { 20 }
  /// Bytes of one line.
  package static var lineLimit: Int { 4096 }
  /// Lines of one file.
  package static var lines: Int { 5_000_000 }

  /// Reads CSV (RFC 4180, a header first, no line breaks inside quotes) or JSON objects, one a line.
  ///
  /// Fields that are not known are passed over, so that lists with more in them can be read.
  init(
    _ bytes: [UInt8], required: [String], _ make: (Record) throws(RecordFault) -> Value
  ) {
    var bytes = bytes[...]
    // Spreadsheets begin a file with a byte order mark.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
    let isJSON = bytes.first { $0 > 0x20 } == 0x7b
    var header: [String]? = nil
    var number = 0
    while !bytes.isEmpty {
      let end = bytes.firstIndex(of: 0x0a) ?? bytes.endIndex
      var line = bytes[bytes.startIndex..<end]
      bytes = bytes[(end < bytes.endIndex ? end + 1 : end)...]
      number += 1
      if line.last == 0x0d { line = line.dropLast() }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      do throws(RecordFault) {
        guard number <= Self.lines else {
          throw RecordFault(line: number, problem: "is beyond the \(Self.lines) lines of one file; split it")
        }
        guard line.count <= Self.lineLimit else {
          throw RecordFault(line: number, problem: "is longer than \(Self.lineLimit) bytes")
        }
        if isJSON {
          values.append(try make(Record(line: number, fields: try Self.object(line, number))))
        } else if let header {
          values.append(try make(Record(line: number, fields: try Self.row(line, header, number))))
        } else {
          header = try Self.header(line, required, number)
        }
      } catch {
        faultCount += 1
        if faults.count < Self.faultLimit { faults.append(error) }
        // Without its names no line of a table can be read.
        if number > Self.lines || !isJSON && header == nil { return }
      }
    }
  }

  private static func header(
    _ line: ArraySlice<UInt8>, _ required: [String], _ number: Int
  ) throws(RecordFault) -> [String] {
    let names = try DelimitedLine.fields(line, number).map { $0.lowercased() }
    if let missing = required.first(where: { !names.contains($0) }) {
      throw RecordFault(
        line: number, field: missing,
        problem: "is not among the columns; the first line has to name: \(required.joined(separator: ","))")
    }
    guard Set(names).count == names.count else {
      throw RecordFault(line: number, problem: "names a column twice")
    }
    return names
  }

  private static func row(
    _ line: ArraySlice<UInt8>, _ header: [String], _ number: Int
  ) throws(RecordFault) -> [String: String] {
    let fields = try DelimitedLine.fields(line, number)
    guard fields.count == header.count else {
      throw RecordFault(line: number, problem: "has \(fields.count) fields, the header \(header.count)")
    }
    return Dictionary(zip(header, fields)) { first, _ in first }
  }

  private static func object(_ line: ArraySlice<UInt8>, _ number: Int) throws(RecordFault) -> [String: String]
  {
    let value: JSONValue
    do {
      value = try JSONReader.read(Array(line), limit: lineLimit, deepest: 8)
    } catch {
      let column = error.place.split(separator: " ").last.map { " (column \($0))" } ?? ""
      throw RecordFault(line: number, problem: "is no JSON: \(RecordFault.excerpt(error.problem))\(column)")
    }
    guard case .object(let members) = value else {
      throw RecordFault(line: number, problem: "is \(value.kind), not an object")
    }
    return members.compactMapValues { value in
      switch value {
      case .string(let text), .number(let text): text
      case .bool(let flag): String(flag)
      case .null, .array, .object: nil
      }
    }
  }
}
