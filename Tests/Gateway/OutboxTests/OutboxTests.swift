import FleetContract
import Foundation
import LinuxIO
import Outbox
import Testing

@Suite struct OutboxTests {
  private func fill(
    _ outbox: inout Outbox, _ count: Int, bytes: Int = 10, topic: String = "kadomori/v1/g/evt/finding"
  ) -> [Int64] {
    (0..<count).flatMap { _ in outbox.append(topic: topic) { _ in Array(repeating: 0x41, count: bytes) } }
  }

  @Test func numbersOnlyGrowAndAcknowledgedRecordsGo() throws {
    var outbox = Outbox()
    #expect(fill(&outbox, 5).isEmpty)
    #expect(outbox.records.map(\.sequence) == [1, 2, 3, 4, 5])
    let range = try #require(SequenceRange(4, 4))
    let someWent = outbox.acknowledge(AckBody(stored: 2, above: [range]))
    #expect(someWent)
    #expect(outbox.records.map(\.sequence) == [3, 5])
    let noneWent = !outbox.acknowledge(AckBody(stored: 2))
    #expect(noneWent)
    _ = fill(&outbox, 1)
    #expect(outbox.records.last?.sequence == 6)
  }

  @Test func staysWithinItsBoundsAndTellsWhatItDropped() {
    var outbox = Outbox()
    let dropped = fill(&outbox, Outbox.recordLimit + 7)
    #expect(outbox.records.count == Outbox.recordLimit)
    #expect(dropped == Array(1...7))
    var heavy = Outbox()
    let lost = fill(&heavy, 30, bytes: 100_000)
    #expect(heavy.records.reduce(0) { $0 + $1.payload.count } <= Outbox.byteLimit)
    #expect(lost.count == 30 - heavy.records.count)
  }

  /// An old state that a newer one replaces goes before any event.
  @Test func replacedStatesAreDroppedFirst() {
    var outbox = Outbox()
    _ = fill(&outbox, 1)
    _ = fill(&outbox, 3, bytes: 300_000, topic: "kadomori/v1/g/twin/posture")
    let dropped = fill(&outbox, 1, bytes: 300_000)
    #expect(dropped == [2])
    #expect(outbox.records.first?.sequence == 1)
  }

  @Test func theFileSurvivesAndACutOneLosesOnlyItsEnd() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "kadomori-outbox-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = OutboxFile(path: directory.appending(path: "outbox").path)
    #expect(try file.read() == Outbox())
    var outbox = Outbox()
    _ = fill(&outbox, 20)
    let birth = outbox.takeBirth()
    #expect(birth == 1)
    try file.write(outbox)
    #expect(try file.read() == outbox)
    let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: file.path))
      let read = try file.read()
      #expect(read.records.count <= 20)
      #expect(read.nextSequence > (read.records.last?.sequence ?? 0))
    }
  }
}
