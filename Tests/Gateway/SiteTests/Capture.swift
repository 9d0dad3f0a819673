import Addresses
import Foundation
import Lab
import SiteFixture

/// What the gateway sent on an interface, recorded by tcpdump.
struct Capture {
  struct Packet {
    let time: Double
    let destination: IPv4Address?
    let isARP: Bool
    let port: Addresses.Port?
    let sourcePort: UInt16
    let tcpFlags: UInt8
    let payload: Int

    var isSYN: Bool { tcpFlags & 0x12 == 0x02 }
    var isEnd: Bool { tcpFlags & 0x05 != 0 }
    /// What the limits count as a probe.
    var isProbe: Bool { isARP || isSYN || port?.transport == .udp }
  }

  private let file: String
  private let process: LabProcess

  init(_ site: Site, interface: String = "lan0") throws {
    file = site.directory + "/capture.pcap"
    let log = site.directory + "/tcpdump.log"
    process = try site.lab.start(
      in: "gw",
      [
        "tcpdump", "-i", interface, "-Q", "out", "-U", "--immediate-mode", "-s", "256", "-Z", "root", "-w",
        file,
      ],
      log: log)
    _ = try site.until("tcpdump listens") { () -> Bool? in
      (try? String(contentsOfFile: log, encoding: .utf8))?.contains("listening on") == true ? true : nil
    }
  }

  /// Ends the recording and reads it: classic pcap (pcap-savefile(5)), Ethernet.
  func packets() throws -> [Packet] {
    process.stop()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    func little(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    var packets: [Packet] = []
    var offset = 24
    while offset + 16 <= bytes.count {
      let length = little(offset + 8)
      guard offset + 16 + length <= bytes.count else { break }
      let time = Double(little(offset)) + Double(little(offset + 4)) / 1e6
      packets.append(Self.read(Array(bytes[(offset + 16)..<(offset + 16 + length)]), time))
      offset += 16 + length
    }
    return packets
  }

  private static func read(_ frame: [UInt8], _ time: Double) -> Packet {
    func address(_ offset: Int) -> IPv4Address {
      IPv4Address(bits: frame[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) })
    }
    func word(_ offset: Int) -> Int { Int(frame[offset]) << 8 | Int(frame[offset + 1]) }
    if frame.count >= 42, word(12) == 0x0806 {
      return Packet(
        time: time, destination: word(20) == 1 ? address(38) : nil, isARP: word(20) == 1, port: nil,
        sourcePort: 0,
        tcpFlags: 0, payload: 0)
    }
    guard frame.count >= 42, word(12) == 0x0800 else {
      return Packet(
        time: time, destination: nil, isARP: false, port: nil, sourcePort: 0, tcpFlags: 0, payload: 0)
    }
    let transport = 14 + Int(frame[14] & 15) * 4
    let total = word(16)
    let number = UInt16(word(transport + 2))
    guard frame[23] == 6 else {
      return Packet(
        time: time, destination: address(30), isARP: false, port: frame[23] == 17 ? .udp(number) : nil,
        sourcePort: UInt16(word(transport)), tcpFlags: 0, payload: 0)
    }
    let head = transport - 14 + Int(frame[transport + 12] >> 4) * 4
    return Packet(
      time: time, destination: address(30), isARP: false, port: .tcp(number),
      sourcePort: UInt16(word(transport)), tcpFlags: frame[transport + 13], payload: total - head)
  }
}

/// The most of the ordered times that lie within any one second.
func mostPerSecond(_ times: [Double]) -> Int {
  var start = 0
  return times.indices.reduce(0) { most, end in
    while times[end] - times[start] >= 1 { start += 1 }
    return max(most, end - start + 1)
  }
}
