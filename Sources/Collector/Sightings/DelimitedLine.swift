/// Cuts one line of CSV into fields (RFC 4180).
enum DelimitedLine {
  /// Fields of one line.
  static let fieldLimit = 64

  static func fields(_ line: ArraySlice<UInt8>, _ number: Int) throws(RecordFault) -> [String] {
    var fields: [String] = []
    var rest = line
    while true {
      guard fields.count < fieldLimit else {
        throw RecordFault(line: number, problem: "has more than \(fieldLimit) fields")
      }
      var bytes: [UInt8] = []
      if rest.first == 0x22 {
        rest = rest.dropFirst()
        while true {
          guard let byte = rest.popFirst() else {
            throw RecordFault(line: number, problem: "has a quote that does not end in it")
          }
          if byte != 0x22 {
            bytes.append(byte)
          } else if rest.first == 0x22 {
            bytes.append(0x22)
            rest = rest.dropFirst()
          } else {
            break
          }
        }
        guard rest.isEmpty || rest.first == 0x2c else {
          throw RecordFault(line: number, problem: "has something between a quote and the next comma")
        }
      } else {
        let end = rest.firstIndex(of: 0x2c) ?? rest.endIndex
        bytes = Array(rest[rest.startIndex..<end])
        rest = rest[end...]
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw RecordFault(line: number, problem: "is not UTF-8")
      }
      fields.append(text)
      guard rest.popFirst() != nil else { return fields }
    }
  }
}
