import FleetContract
import Foundation
import LinuxIO
import Outbox
import Testing

/// What is on disk after whatever happens to it.
@Suite struct OutboxLogTests {
  private func bytes(_ folder: Folder) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file)))
  }

  private func put(_ bytes: some Collection<UInt8>, _ folder: Folder) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file))
  }

  @Test func comesBackAsItWas() throws {
    let folder = try Folder()
    let log = try OutboxLog(path: folder.file)
    #expect(log.outbox == Outbox())
    for worth in Worth.allCases where worth != .state {
      log.outbox.add(worth, at: moment(.seconds(5), wall: .seconds(9)))
    }
    for _ in 0..<3 { log.outbox.addPosture() }
    let birth = log.outbox.takeBirth()
    try log.save()
    log.outbox.acknowledge(AckBody(stored: 2))
    try log.save(all: true)
    let again = try OutboxLog(path: folder.file)
    #expect(again.outbox.records == log.outbox.records && again.damage == 0)
    #expect(again.outbox.nextSequence == log.outbox.nextSequence)
    #expect(again.outbox.dropped == log.outbox.dropped && again.outbox.size == log.outbox.size)
    #expect(again.outbox.droppedCounts == [.superseded: 2])
    let nextBirth = again.outbox.takeBirth()
    #expect(nextBirth > birth)
    #expect(again.moment(sinceBoot: .zero, wall: nil).lived <= .seconds(5))
    #expect(try Files.mode(folder.file) == 0o600)
  }

  @Test func `an outbox that is lost gives no number again, and says so`() throws {
    let folder = try Folder()
    let log = try OutboxLog(path: folder.file)
    for _ in 0..<700 { log.outbox.add(.low, at: moment()) }
    try log.save()
    let early = try bytes(folder)
    for _ in 0..<700 { log.outbox.add(.low, at: moment()) }
    let birth = log.outbox.takeBirth()
    try log.save()
    let late = try bytes(folder)
    let next = log.outbox.nextSequence

    // Whole, it is no loss; without its file, or cut where a record ends, it is one.
    #expect(try !OutboxLog(path: folder.file).isLost)
    for remains in [nil, early] {
      if let remains {
        try put(remains, folder)
      } else {
        try FileManager.default.removeItem(atPath: folder.file)
      }
      let again = try OutboxLog(path: folder.file)
      #expect(again.isLost && again.outbox.nextSequence >= next)
      #expect(again.outbox.nextSequence < next + 256)
      let dropped = again.outbox.takeDropped()
      let told = try #require(dropped)
      #expect(told.ranges.last?.last == again.outbox.nextSequence - 1)
      #expect(told.ranges.last?.first == (remains == nil ? 1 : 701))
      let nextBirth = again.outbox.takeBirth()
      #expect(nextBirth > birth)
      try put(late, folder)
    }
    // A new gateway has nothing to miss.
    #expect(try !OutboxLog(path: Folder().file).isLost)
  }

  /// Some changes, each saved: the file after each, and what it held.
  private func history(_ folder: Folder, _ steps: Int) throws -> [(bytes: [UInt8], outbox: Outbox)] {
    let log = try OutboxLog(path: folder.file)
    var history: [([UInt8], Outbox)] = []
    for step in 0..<steps {
      for _ in 0...(step % 3) { log.outbox.add(step % 4 == 1 ? .high : .low, bytes: step) }
      if step % 2 == 0 { log.outbox.addPosture() }
      if step % 3 == 2, let first = log.outbox.records.first?.sequence {
        log.outbox.acknowledge(AckBody(stored: first))
      }
      if step % 5 == 4, let told = log.outbox.takeDropped() {
        log.outbox.append(topic: gatewayTopic + "/evt/dropped", worth: .account, at: moment()) { _ in
          [UInt8](repeating: 0x42, count: told.ranges.count)
        }
      }
      try log.save(all: true)
      history.append((try bytes(folder), log.outbox))
    }
    return history
  }

  /// A crash while something is added leaves the file cut at any byte behind the last one that was synced, or with
  /// rubbish there: what was saved before is all there, and no number of it is given again.
  @Test func aTornEndLosesNothingThatWasSaved() throws {
    let folder = try Folder()
    let history = try history(folder, 12)
    for (before, after) in zip(history, history.dropFirst()) where after.bytes.starts(with: before.bytes) {
      for length in before.bytes.count...after.bytes.count {
        let torn = Array(after.bytes.prefix(length))
        let rubbish = (0..<(after.bytes.count - length)).map { _ in UInt8.random(in: 0...255) }
        for file in [torn, torn + [UInt8](repeating: 0, count: 4096), torn + rubbish] {
          try put(file, folder)
          let log = try OutboxLog(path: folder.file)
          let stored = Set(before.outbox.records.map(\.sequence)).subtracting(
            after.outbox.records.map(\.sequence))
          for record in before.outbox.records where !stored.contains(record.sequence) {
            #expect(log.outbox.records.contains(record), "cut at \(length) of \(after.bytes.count)")
          }
          #expect(log.outbox.nextSequence >= before.outbox.nextSequence)
          #expect(Set(log.outbox.records.map(\.sequence)).count == log.outbox.records.count)
        }
      }
    }
  }

  /// A flash that gives back other bytes than it took: the record it hit is told as dropped, all others stay, and no
  /// number is given twice.
  @Test func damagedBytesCostOnlyTheRecordTheyHit() throws {
    let folder = try Folder()
    let (whole, outbox) = try #require(try history(folder, 10).last)
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= UInt8.random(in: 1...255)
      try put(damaged, folder)
      let log = try OutboxLog(path: folder.file)
      #expect(log.damage > 0)
      #expect(log.outbox.nextSequence >= outbox.nextSequence, "byte \(index)")
      let missing = outbox.records.filter { !log.outbox.records.contains($0) }
      #expect(missing.count <= 1, "byte \(index)")
      for record in missing { #expect(log.outbox.dropped.contains(record.sequence)) }
      // What was read is written anew, whole; now and then is enough, for every time is a sync.
      guard index % 32 == 0 else { continue }
      try log.save()
      let again = try OutboxLog(path: folder.file)
      #expect(again.damage == 0 && again.outbox.records == log.outbox.records)
      #expect(again.outbox.nextSequence == log.outbox.nextSequence)
    }
  }

  /// Killed in the act of writing, an outbox that has delivered five hundred records does not say that they are lost.
  @Test func aTornEndIsTakenForNoGreaterLossThanItHasRoomFor() throws {
    let folder = try Folder()
    let log = try OutboxLog(path: folder.file)
    for _ in 0..<500 { log.outbox.add() }
    try log.save()
    log.outbox.acknowledge(AckBody(stored: 500))
    try log.save(all: true)
    let before = try bytes(folder)
    log.outbox.add()
    try log.save()
    let after = try bytes(folder)
    try put(after.prefix(before.count + 20), folder)
    let told = try #require(try OutboxLog(path: folder.file).outbox.takeDropped())
    #expect(told.lost == 1, "of 501 numbers one may have been in the torn end")
    #expect(told.ranges == [range(1, 501)], "the collector knows which of them it has")
  }

  @Test func aFileOfAnotherKindIsTakenForDamage() throws {
    let folder = try Folder()
    for length in [1, 17, 18, 19, 5000] {
      try put((0..<length).map { _ in UInt8.random(in: 128...255) }, folder)
      let log = try OutboxLog(path: folder.file)
      #expect(log.outbox.records.isEmpty && log.damage == length)
      log.outbox.add()
      try log.save()
      #expect(try OutboxLog(path: folder.file).outbox.records.count == 1)
    }
  }

  @Test func theFileOfTheEarlierVersionIsTakenOver() throws {
    let folder = try Folder()
    let old = """
      next 44
      birth 7
      dropped 3 9
      record 41 \(eventTopic) {"a b":1}
      record 42 \(postureTopic) {}
      rubbish
      record 43 \(gatewayTopic)/evt/dr
      """
    try put(Array(old.utf8), folder)
    let log = try OutboxLog(path: folder.file)
    #expect(log.outbox.records.map(\.sequence) == [41, 42])
    #expect(log.outbox.records[0].payload == Array("{\"a b\":1}".utf8))
    let (number, birth) = (log.outbox.add(), log.outbox.takeBirth())
    #expect(number == 44 && birth == 8)
    try log.save()
    #expect(try bytes(folder).starts(with: Array("kadomori outbox 2\n".utf8)))
    let again = try OutboxLog(path: folder.file)
    #expect(again.outbox.records == log.outbox.records)
    let told = again.outbox.takeDropped()
    #expect(told?.ranges == [range(3, 9)])
  }

  /// What is of no use is thrown out now and then, and rarely enough that rewriting costs no more than writing did.
  @Test func theFileStaysSmallAndIsRarelyRewritten() throws {
    let folder = try Folder()
    let log = try OutboxLog(path: folder.file)
    let before = DiskWrites.total
    var sent = 0
    for _ in 0..<600 {
      let number = log.outbox.add(bytes: 1000)
      sent += 1000
      try log.save()
      log.outbox.acknowledge(AckBody(stored: number))
      #expect(try bytes(folder).count < 2 * 262_144)
    }
    // Every record is a block or two of its own, because each was brought to the disk by itself.
    #expect(DiskWrites.total - before < 600 * 2 * DiskWrites.block + 2 * sent)
    #expect(log.outbox.records.isEmpty)
  }

  /// Acknowledgements alone are not worth a block of the flash each.
  @Test func acknowledgementsWait() throws {
    let folder = try Folder()
    let log = try OutboxLog(path: folder.file)
    for _ in 0..<50 { log.outbox.add() }
    try log.save()
    let whole = try bytes(folder)
    for number in 1...50 as ClosedRange<Int64> {
      log.outbox.acknowledge(AckBody(stored: number))
      try log.save()
    }
    #expect(try bytes(folder) == whole)
    try log.save(all: true)
    #expect(try OutboxLog(path: folder.file).outbox.records.isEmpty)
  }

  /// A disk that is full takes nothing, says so, and loses nothing when it has room again.
  @Test(.enabled(if: geteuid() == 0, "mounts a small disk")) func aFullDiskLosesNothing() throws {
    let folder = try Folder()
    let disk = folder.path + "/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(mount("tmpfs", disk, "tmpfs", 0, "size=128k") == 0)
    defer { umount2(disk, CInt(MNT_DETACH)) }
    let log = try OutboxLog(path: disk + "/outbox")
    log.outbox.add(bytes: 1000)
    try log.save()
    try Data(count: 110_000).write(to: URL(fileURLWithPath: disk + "/ballast"))
    for _ in 0..<40 {
      let record = log.outbox.add(bytes: 1000)
      do throws(SystemError) {
        try log.save()
        #expect(log.outbox.records.allSatisfy { log.outbox.isSaved($0) })
      } catch {
        #expect(error.code == ENOSPC)
        #expect(!log.outbox.isSaved(try #require(log.outbox.records.last { $0.sequence == record })))
        let onDisk = try OutboxLog(path: disk + "/outbox")
        #expect(onDisk.damage == 0)
        #expect(onDisk.outbox.records == log.outbox.records.filter { log.outbox.isSaved($0) })
      }
    }
    #expect(log.outbox.records.contains { !log.outbox.isSaved($0) })
    try FileManager.default.removeItem(atPath: disk + "/ballast")
    try log.save()
    #expect(try OutboxLog(path: disk + "/outbox").outbox.records == log.outbox.records)
    #expect(log.outbox.records.count == 41)
  }
}
