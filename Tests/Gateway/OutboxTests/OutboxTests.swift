import FleetContract
import Foundation
import LinuxIO
import Outbox
import Testing

@Suite struct OutboxTests {
  private let event = "kadomori/v1/g/evt/finding"

  private func filled(_ count: Int, bytes: Int = 10) -> Outbox {
    var outbox = Outbox()
    for _ in 0..<count { outbox.append(topic: event) { _ in Array(repeating: 0x41, count: bytes) } }
    return outbox
  }

  @Test func numbersOnlyGrowAndAcknowledgedRecordsGo() throws {
    var outbox = filled(5)
    #expect(outbox.records.map(\.sequence) == [1, 2, 3, 4, 5])
    let range = try #require(SequenceRange(4, 4))
    let someWent = outbox.acknowledge(AckBody(stored: 2, above: [range]))
    #expect(someWent)
    #expect(outbox.records.map(\.sequence) == [3, 5])
    let noneWent = !outbox.acknowledge(AckBody(stored: 2))
    #expect(noneWent)
    outbox.append(topic: event) { _ in [1] }
    #expect(outbox.records.last?.sequence == 6)
  }

  @Test func aMessageThatCannotBeMadeTakesNoNumber() {
    var outbox = filled(1)
    outbox.append(topic: event) { _ in nil }
    #expect(outbox.records.count == 1 && outbox.nextSequence == 2)
  }

  @Test func staysWithinItsBoundsAndTellsWhatItDropped() throws {
    var outbox = filled(Outbox.recordLimit + 7)
    #expect(outbox.records.count == Outbox.recordLimit)
    let told = outbox.takeDropped()
    #expect(told == [try #require(SequenceRange(1, 7))])
    #expect(outbox.dropped.isEmpty)
    let heavy = filled(30, bytes: 100_000)
    #expect(heavy.records.reduce(0) { $0 + $1.payload.count } <= Outbox.byteLimit)
    #expect(heavy.dropped.reduce(0) { $0 + $1.last - $1.first + 1 } == Int64(30 - heavy.records.count))
  }

  /// Sent again after the newer one, an old state would overwrite it at the broker.
  @Test func aStateReplacesTheOneBefore() throws {
    var outbox = filled(1)
    for _ in 0..<3 { outbox.append(topic: "kadomori/v1/g/twin/posture") { _ in [1] } }
    outbox.append(topic: "kadomori/v1/g/twin/devices") { _ in [2] }
    #expect(outbox.records.map(\.sequence) == [1, 4, 5])
    #expect(outbox.dropped == [try #require(SequenceRange(2, 3))])
  }

  /// What tells of drops is not dropped itself.
  @Test func dropsAreToldHoweverFullItIs() {
    var outbox = filled(Outbox.recordLimit)
    outbox.append(topic: "kadomori/v1/g/evt/dropped") { _ in [1] }
    let number = outbox.records.last?.sequence
    for _ in 0..<(2 * Outbox.recordLimit) { outbox.append(topic: event) { _ in [2] } }
    #expect(outbox.records.contains { $0.sequence == number })
    #expect(outbox.records.count == Outbox.recordLimit)
  }

  /// An outbox that was lost with its disk gives no number again that the collector knows.
  @Test func anAcknowledgementMovesTheNumbersOn() {
    var outbox = Outbox()
    _ = outbox.acknowledge(AckBody(stored: 41))
    outbox.append(topic: event) { _ in [1] }
    #expect(outbox.records.first?.sequence == 42)
  }

  @Test func theFileSurvivesAndACutOneLosesOnlyItsEnd() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "kadomori-outbox-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = OutboxFile(path: directory.appending(path: "outbox").path)
    #expect(try file.read() == Outbox())
    var outbox = filled(20)
    let birth = outbox.takeBirth()
    #expect(birth == 1)
    var full = filled(Outbox.recordLimit + 3)
    _ = full.takeBirth()
    for box in [full, outbox] {
      try file.write(box)
      #expect(try file.read() == box)
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: file.path))
      let read = try file.read()
      #expect(read.records.count <= 20)
      #expect(read.nextSequence > (read.records.last?.sequence ?? 0))
    }
  }
}
