import Cryptography

/// All that a scan needs to go on after it was killed.
///
/// Probes that left since the last checkpoint leave once more, and what they found is told once more; nothing else is sent
/// twice or left out.
package struct Checkpoint: Hashable, Sendable {
  /// A hash of what makes two scans the same: a checkpoint of another scan is refused.
  package var identity: [UInt8]
  package var key: [UInt8]
  /// Who had opted out when the scan was planned, as `wide-scan` reads it.
  package var optOuts: String
  package var progress: Progress

  /// Where a scan is.
  package struct Progress: Hashable, Sendable {
    var attempt: Int
    var step: UInt64
    var isSettling: Bool
    var waiting: [UInt64]
    var counts: ScanCounts
    var settled: [UInt64]
    var reported: [UInt64]
  }

  package init(identity: [UInt8], key: [UInt8], optOuts: String, progress: Progress) {
    self.identity = identity
    self.key = key
    self.optOuts = optOuts
    self.progress = progress
  }

  private static let heading = Array("kadomori-checkpoint 1\n".utf8)
  /// The largest file: two bits for each of 2^31 targets, and little else.
  package static let largestFile = 1 << 30

  /// The file: a heading, numbers of eight octets and the SHA-256 of all before.
  package var bytes: [UInt8] {
    var writer = WordWriter()
    writer.put(identity)
    writer.put(key)
    writer.put(Array(optOuts.utf8))
    writer.put(UInt64(progress.attempt))
    writer.put(progress.step)
    writer.put(progress.isSettling ? 1 : 0)
    writer.put(progress.waiting)
    writer.put(progress.counts.numbers.map { UInt64($0) })
    writer.put(
      progress.counts.rounds.flatMap { [$0.found, $0.canaries, $0.canariesAnswered] }.map { UInt64($0) })
    writer.put(progress.settled)
    writer.put(progress.reported)
    let body = Self.heading + writer.bytes
    return body + Digest.sha256(body)
  }

  /// `nil` for whatever is no whole checkpoint.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count > Self.heading.count + 32, bytes.starts(with: Self.heading),
      Digest.sha256(Array(bytes.dropLast(32))) == Array(bytes.suffix(32))
    else { return nil }
    var reader = WordReader(bytes.dropFirst(Self.heading.count).dropLast(32))
    guard let identity = reader.octets(), let key = reader.octets(), let optOuts = reader.octets(),
      let attempt = reader.word(), attempt < SourcePorts.tries, let step = reader.word(),
      let isSettling = reader.word(), let waiting = reader.words(), let numbers = reader.words(),
      let rounds = reader.words(), rounds.count % 3 == 0, rounds.count / 3 == Int(attempt) + 1,
      let settled = reader.words(), let reported = reader.words(), reader.isEmpty,
      let counts = ScanCounts(numbers: numbers, rounds: rounds)
    else { return nil }
    self.init(
      identity: identity, key: key, optOuts: String(decoding: optOuts, as: UTF8.self),
      progress: Progress(
        attempt: Int(attempt), step: step, isSettling: isSettling == 1, waiting: waiting, counts: counts,
        settled: settled, reported: reported))
  }
}

extension ScanCounts {
  private static let fields: [any WritableKeyPath<ScanCounts, Int> & Sendable] = [
    \.probes, \.open, \.closed, \.filtered, \.unreachable, \.tarpits, \.repeated, \.forged, \.unrelated,
    \.optedOut,
    \.notSent, \.notHeard,
  ]

  fileprivate var numbers: [Int] { Self.fields.map { self[keyPath: $0] } }

  fileprivate init?(numbers: [UInt64], rounds: [UInt64]) {
    let most = UInt64(Int32.max) << 16
    guard numbers.count == Self.fields.count, (numbers + rounds).allSatisfy({ $0 < most }) else { return nil }
    self.init()
    for (field, number) in zip(Self.fields, numbers) { self[keyPath: field] = Int(number) }
    self.rounds = stride(from: 0, to: rounds.count, by: 3).map {
      MissEstimate.Round(
        found: Int(rounds[$0]), canaries: Int(rounds[$0 + 1]), canariesAnswered: Int(rounds[$0 + 2]))
    }
  }
}

/// Numbers of eight octets, the least significant first; lists with their lengths.
private struct WordWriter {
  var bytes: [UInt8] = []

  mutating func put(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ words: [UInt64]) {
    put(UInt64(words.count))
    bytes.reserveCapacity(bytes.count + words.count * 8)
    for word in words { put(word) }
  }

  mutating func put(_ octets: [UInt8]) {
    put(UInt64(octets.count))
    bytes += octets
  }
}

private struct WordReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isEmpty: Bool { rest.isEmpty }

  mutating func word() -> UInt64? {
    guard rest.count >= 8 else { return nil }
    defer { rest = rest.dropFirst(8) }
    return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func words() -> [UInt64]? {
    guard let count = word(), count <= UInt64(rest.count / 8) else { return nil }
    return (0..<Int(count)).compactMap { _ in word() }
  }

  mutating func octets() -> [UInt8]? {
    guard let count = word(), count <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return Array(rest.prefix(Int(count)))
  }
}

extension ScanEngine {
  /// Where it is, at the cost of a copy of its two bitmaps when they change.
  package var progress: Checkpoint.Progress {
    var isSettling = false
    if case .settling = phase { isSettling = true }
    return Checkpoint.Progress(
      attempt: attempt, step: step, isSettling: isSettling || phase == .done,
      waiting: waiting.entries.map(\.step), counts: counts, settled: settled.words, reported: reported.words)
  }

  /// Goes on where another engine of the same scan was; `false` when that cannot have been one.
  package mutating func resume(_ progress: Checkpoint.Progress) -> Bool {
    guard let settled = Bitmap(words: progress.settled, count: space.count),
      let reported = Bitmap(words: progress.reported, count: space.count), progress.step <= steps,
      progress.waiting.count <= WaitingProbes.limit, progress.waiting.allSatisfy({ $0 < steps })
    else { return false }
    (self.settled, self.reported, counts) = (settled, reported, progress.counts)
    (attempt, step) = (progress.attempt, progress.step)
    for step in progress.waiting { waiting.insert(WaitingProbes.Entry(time: 0, step: step)) }
    stretches.skip(to: attempt > 0 ? steps : step)
    // Whoever has answered can be asked again; of UDP it is not known any more who has, and who only said no.
    var index: UInt64 = 0
    while index < space.count, !canaries.isFull {
      if settled[index], space.target(at: index).transport != .udp { canaries.add(index) }
      index += 1
    }
    if progress.isSettling { step = steps }
    return true
  }
}
