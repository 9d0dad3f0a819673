import Patterns

/// All fingerprints of a folder, held in little memory.
///
/// A pattern is kept as it was written and compiled when a text holds the literal that the pattern needs.
package struct RecogBase: Sendable {
  /// The files of each key, in the order in which they are tried.
  var tables: [String: [Table]] = [:]
  var pool = TextPool()
  var entries: [Entry] = []
  var parameters: [Parameter] = []

  /// The fingerprints of one file.
  struct Table: Sendable {
    let header: RecogHeader
    let entries: Range<Int>
  }

  struct Entry: Sendable {
    let pattern: TextPool.Slice
    let literal: TextPool.Slice
    let description: TextPool.Slice
    let firstParameter: UInt32
    let line: UInt32
    /// In thousandths; above 1000 where the fingerprint does not say.
    let certainty: UInt16
    let parameterCount: UInt8
    let options: PatternOptions
  }

  struct Parameter: Hashable, Sendable {
    let name: TextPool.Slice
    let value: TextPool.Slice
    /// 0 where the value is the text.
    let group: UInt16
  }

  /// How many fingerprints there are.
  package var count: Int { entries.count }
  /// The kinds of text that are known, as `ssh.banner`, sorted.
  package var keys: [String] { tables.keys.sorted() }

  /// The first fingerprint for this kind of text that matches it.
  ///
  /// Files are tried by their preference, fingerprints in their order. Only the first ``RecogLimits/text``
  /// bytes are looked at.
  package func match(_ text: String, as key: String) -> RecogMatch? {
    match(Array(text.utf8.prefix(RecogLimits.text)), as: key)
  }

  package func match(_ text: [UInt8], as key: String) -> RecogMatch? {
    guard let tables = tables[key] else { return nil }
    let text = text.count > RecogLimits.text ? Array(text.prefix(RecogLimits.text)) : text
    let folded = text.map(ASCII.lowercased)
    for table in tables {
      for entry in entries[table.entries] where pool.occurs(entry.literal, in: folded) {
        guard let pattern = try? Pattern(pool[entry.pattern], options: entry.options),
          let match = pattern.firstMatch(in: text)
        else { continue }
        return RecogMatch(
          fields: RecogParameter.fields(parameters(of: entry), of: match, in: text),
          description: pool[entry.description], protocolName: table.header.protocolName,
          certainty: entry.certainty > 1000 ? nil : Double(entry.certainty) / 1000,
          file: table.header.name, line: Int(entry.line))
      }
    }
    return nil
  }

  private func parameters(of entry: Entry) -> [RecogParameter] {
    let start = Int(entry.firstParameter)
    return parameters[start..<start + Int(entry.parameterCount)].map {
      RecogParameter(
        name: pool[$0.name], source: $0.group == 0 ? .text(pool[$0.value]) : .group(Int($0.group)))
    }
  }
}
