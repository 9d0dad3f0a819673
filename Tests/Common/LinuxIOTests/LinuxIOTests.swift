import Foundation
import LinuxIO
import Testing

@Suite struct EventLoopTests {
  @Test func timersRunInOrderAndCancelledOnesNever() throws {
    let loop = EventLoop()
    var order: [Int] = []
    _ = loop.after(.milliseconds(20)) { order.append(2) }
    let cancelled = loop.after(.milliseconds(15)) { order.append(9) }
    _ = loop.after(.milliseconds(10)) {
      order.append(1)
      loop.cancel(cancelled)
    }
    try loop.run()
    #expect(order == [1, 2])
  }

  @Test func aHandlerMayCancelItself() throws {
    var ends: [CInt] = [0, 0]
    #expect(pipe(&ends) == 0)
    let reading = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    let loop = EventLoop()
    var token: EventLoop.Token?
    var got: [UInt8] = []
    token = loop.watch(reading, for: .read) { _ in
      got += (try? reading.read(limit: 16)) ?? []
      loop.cancel(token)
    }
    _ = try writing.write([1, 2, 3])
    try loop.run()
    #expect(got == [1, 2, 3])
  }
}

@Suite struct FilesTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "kadomori-files-\(UUID())")
    .path

  @Test func replacesWholeWithItsMode() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory + "/a/b")
    let path = directory + "/a/b/file"
    try Files.replace(path, with: [1, 2], mode: 0o600)
    try Files.replace(path, with: [3], mode: 0o600)
    #expect(try Files.read(path, limit: 10) == [3] && Files.mode(path) == 0o600)
    #expect(try Files.names(in: directory + "/a/b", suffix: "") == ["file"])
  }

  @Test func aFileBeyondTheBoundIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory)
    try Files.replace(directory + "/f", with: Array(repeating: 0, count: 101))
    let error = #expect(throws: SystemError.self) { try Files.read(directory + "/f", limit: 100) }
    #expect(error?.code == EFBIG)
    #expect(try Files.read(directory + "/f", limit: 101).count == 101)
  }

  @Test func oneHolderOfALock() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory)
    var held = try Files.lock(directory + "/lock")
    #expect(held != nil)
    #expect(try Files.lock(directory + "/lock") == nil)
    held = nil
    #expect(try Files.lock(directory + "/lock") != nil)
  }
}

@Suite struct PacketSocketTests {
  /// What is sent over the loopback comes in again; the copy that goes out is not heard.
  @Test(.enabled(if: geteuid() == 0)) func aSocketHearsAFrameOnceThatThisMachineSends() throws {
    let interface = try #require(try NetworkInterface.named("lo"))
    // For local experiments (IEEE Std 802, clause 9.2.3).
    let type: UInt16 = 0x88b5
    let input = try PacketSocket(on: interface, etherType: PacketSocket.everything)
    let output = try PacketSocket(on: interface, etherType: 0)
    let head = [UInt8](repeating: 0, count: 12) + [UInt8(type >> 8), UInt8(type & 0xff)]
    let frame = head + Array("\(UUID())".utf8)
    #expect(try output.send(frame))
    var entry = pollfd(fd: input.descriptor.number, events: Int16(POLLIN), revents: 0)
    var heard = 0
    while heard == 0, poll(&entry, 1, 5000) > 0 {
      // Both copies are there as soon as one is: the loopback delivers before it returns.
      while let next = try input.receive() { if next == frame { heard += 1 } }
    }
    #expect(heard == 1)
  }
}
