import Patterns

/// Gathers files into a ``RecogBase``, one at a time so that only one is in memory.
package struct RecogLoader {
  private var base = RecogBase()
  private var tables: [RecogBase.Table] = []
  private var known: [String: TextPool.Slice] = [:]
  private var fileCount = 0
  private let keys: Set<String>?
  package private(set) var faults: [RecogFault] = []

  /// Keeps the files with these keys, or all.
  package init(keys: Set<String>? = nil) { self.keys = keys }

  /// Adds a file; what is wrong with it is added to the ``faults``.
  package mutating func add(name: String, _ bytes: [UInt8]) {
    fileCount += 1
    guard fileCount <= RecogLimits.files else {
      if fileCount == RecogLimits.files + 1 {
        faults.append(RecogFault(file: name, line: 1, reason: .tooMuch))
      }
      return
    }
    let mark = base.entries.count
    var fullAt: Int?
    let reader = RecogFile.read(name: name, bytes, keepsExamples: false) { header, fingerprint in
      guard fullAt == nil, keys?.contains(header.key) ?? true else { return }
      if !append(fingerprint) { fullAt = fingerprint.line }
    }
    faults += reader.faults
    if let fullAt { faults.append(RecogFault(file: name, line: fullAt, reason: .tooMuch)) }
    // A text that many files share is stored again now and then, so that the table of them stays small.
    if known.count > 4096 { known = [:] }
    guard let header = reader.header, base.entries.count > mark else { return }
    tables.append(RecogBase.Table(header: header, entries: mark..<base.entries.count))
  }
}

extension RecogLoader {
  /// The base of all files added.
  package consuming func finish() -> RecogBase {
    // Sorting keeps the order of those that are alike.
    for table in tables.sorted(by: { $0.header.preference > $1.header.preference }) {
      base.tables[table.header.key, default: []].append(table)
    }
    base.trim()
    return base
  }

  /// Whether there was room for the fingerprint.
  private mutating func append(_ fingerprint: RecogFingerprint) -> Bool {
    let text =
      fingerprint.pattern.utf8.count * 2 + fingerprint.description.utf8.count
      + fingerprint.parameters.reduce(0) { sum, parameter in
        guard case .text(let value) = parameter.source else { return sum + parameter.name.utf8.count }
        return sum + parameter.name.utf8.count + value.utf8.count
      }
    guard base.entries.count < RecogLimits.fingerprints, base.pool.bytes.count + text <= RecogLimits.pool
    else {
      return false
    }
    let first = base.parameters.count
    for parameter in fingerprint.parameters {
      let name = slice(parameter.name)
      switch parameter.source {
      case .text(let value):
        base.parameters.append(RecogBase.Parameter(name: name, value: slice(value), group: 0))
      case .group(let number):
        base.parameters.append(
          RecogBase.Parameter(name: name, value: TextPool.Slice(), group: UInt16(clamping: number)))
      }
    }
    base.entries.append(
      RecogBase.Entry(
        pattern: base.pool.add(fingerprint.pattern.utf8),
        literal: base.pool.add(fingerprint.outline.requiredLiteral),
        description: slice(fingerprint.description), firstParameter: UInt32(first),
        line: UInt32(clamping: fingerprint.line),
        certainty: fingerprint.certainty.map { UInt16(($0 * 1000).rounded()) } ?? .max,
        parameterCount: UInt8(fingerprint.parameters.count), options: fingerprint.options))
    return true
  }

  private mutating func slice(_ text: String) -> TextPool.Slice {
    if let slice = known[text] { return slice }
    let slice = base.pool.add(text.utf8)
    known[text] = slice
    return slice
  }
}

extension RecogBase {
  /// The fingerprints of the files, and what is wrong with them.
  package static func load(
    files: some Sequence<(name: String, bytes: [UInt8])>, keys: Set<String>? = nil
  ) -> (base: RecogBase, faults: [RecogFault]) {
    var loader = RecogLoader(keys: keys)
    for file in files { loader.add(name: file.name, file.bytes) }
    let faults = loader.faults
    return (loader.finish(), faults)
  }

  /// Gives back the room that growing left.
  fileprivate mutating func trim() {
    pool.trim()
    entries = entries.map { $0 }
    parameters = parameters.map { $0 }
  }
}
