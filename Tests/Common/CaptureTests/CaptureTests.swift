import Addresses
import Capture
import Packets
import Testing

struct CaptureTests {
  static let frame: [UInt8] = [UInt8](repeating: 0xff, count: 6) + [2, 0, 0, 0, 0, 1, 0x08, 0x06, 1, 2, 3]

  static func number(_ value: UInt32, _ isLittle: Bool) -> [UInt8] {
    let big = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    return isLittle ? big.reversed() : big
  }

  static func pcap(little: Bool = true, nano: Bool = false, link: UInt32 = 1, _ frames: [[UInt8]]) -> [UInt8]
  {
    var bytes = number(nano ? 0xa1b2_3c4d : 0xa1b2_c3d4, little)
    bytes += (little ? [2, 0, 4, 0] : [0, 2, 0, 4]) + [UInt8](repeating: 0, count: 8)
    bytes += number(96, little) + number(link, little)
    for frame in frames {
      bytes += number(10, little) + number(nano ? 500_000_000 : 500_000, little)
      bytes += number(UInt32(frame.count), little) + number(1500, little) + frame
    }
    return bytes
  }

  static func pcapng(little: Bool, link: UInt16 = 1, _ frames: [[UInt8]]) -> [UInt8] {
    func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
      let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
      let length = number(UInt32(padded.count + 12), little)
      return number(type, little) + length + padded + length
    }
    func short(_ value: UInt16) -> [UInt8] {
      Array(number(UInt32(value) << 16 | UInt32(value), little).prefix(2))
    }
    var bytes = block(
      0x0a0d_0d0a, number(0x1a2b_3c4d, little) + short(1) + short(0) + [UInt8](repeating: 0xff, count: 8))
    // The clock ticks in nanoseconds.
    bytes += block(1, short(link) + [0, 0, 0, 0, 0, 0] + short(9) + short(1) + [9, 0, 0, 0] + [0, 0, 0, 0])
    // A name resolution block, which tells nothing.
    bytes += block(4, [0, 0, 0, 0])
    for frame in frames {
      let ticks: UInt64 = 10_500_000_000
      var body = number(0, little) + number(UInt32(ticks >> 32), little)
      body += number(UInt32(truncatingIfNeeded: ticks), little) + number(UInt32(frame.count), little)
      bytes += block(6, body + number(1500, little) + frame)
    }
    return bytes
  }

  @Test(arguments: [true, false], [true, false])
  func readsPcapOfBothOrdersAndClocks(little: Bool, nano: Bool) throws {
    let capture = try Capture(Self.pcap(little: little, nano: nano, [Self.frame, Self.frame]))
    #expect(capture.entries.count == 2 && !capture.isCutOff)
    #expect(capture.entries[0].time == .milliseconds(10_500))
    #expect(capture.entries[0].frame.source == MACAddress("02:00:00:00:00:01"))
    #expect(Array(capture.entries[0].frame.payload) == [1, 2, 3])
  }

  @Test(arguments: [true, false])
  func readsPcapngOfBothOrders(little: Bool) throws {
    let capture = try Capture(Self.pcapng(little: little, [Self.frame, Self.frame]))
    #expect(capture.entries.count == 2 && !capture.isCutOff)
    #expect(capture.entries[1].time == .milliseconds(10_500))
    #expect(Array(capture.entries[1].frame.payload) == [1, 2, 3])
  }

  @Test func readsCookedLinks() throws {
    let cooked: [UInt8] = [0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x06, 5]
    let capture = try Capture(Self.pcap(link: 113, [cooked]))
    #expect(capture.entries.first?.frame.source == MACAddress("02:00:00:00:00:01"))
  }

  @Test func aFileThatIsCutOffGivesWhatCameBefore() throws {
    let files = [Self.pcap([Self.frame, Self.frame]), Self.pcapng(little: true, [Self.frame, Self.frame])]
    for file in files {
      let capture = try Capture(Array(file.dropLast(30)))
      #expect(capture.entries.count == 1 && capture.isCutOff)
    }
  }

  @Test func saysWhatItCannotRead() {
    #expect(throws: CaptureError.notACapture) { try Capture(Array("GET / HTTP/1.1".utf8)) }
    #expect(throws: CaptureError.notACapture) { try Capture([]) }
    #expect(throws: CaptureError.unknownLinkType(105)) { try Capture(Self.pcap(link: 105, [Self.frame])) }
  }

  @Test func hostileFilesAreReadOrRefused() throws {
    for file in [
      Self.pcap([Self.frame]), Self.pcap(little: false, [Self.frame]),
      Self.pcapng(little: true, [Self.frame]),
    ] {
      for length in 0...file.count { _ = try? Capture(Array(file.prefix(length))) }
      for place in file.indices {
        for value: UInt8 in [0, 1, 0x0f, 0x7f, 0x80, 0xff] {
          var bytes = file
          bytes[place] = value
          if let capture = try? Capture(bytes) { #expect(capture.entries.count <= 2) }
        }
      }
    }
  }
}
