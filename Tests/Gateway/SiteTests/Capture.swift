import Addresses
import Foundation
import Lab
import SiteFixture

/// What the gateway sent on an interface, recorded by tcpdump.
struct Capture {
  struct Packet {
    let time: Double
    let destination: IPAddress?
    /// Asks who has the destination: ARP, or neighbour discovery.
    let isQuestion: Bool
    let port: Addresses.Port?
    let sourcePort: UInt16
    let tcpFlags: UInt8
    let payload: Int

    var isSYN: Bool { tcpFlags & 0x12 == 0x02 }
    var isEnd: Bool { tcpFlags & 0x05 != 0 }
    /// What the limits count as a probe.
    var isProbe: Bool { isQuestion || isSYN || port?.transport == .udp }
  }

  private let file: String
  private let process: LabProcess

  init(_ site: Site, interface: String = "lan0") throws {
    file = site.directory + "/capture.pcap"
    let log = site.directory + "/tcpdump.log"
    process = try site.lab.start(
      in: "gw",
      [
        "tcpdump", "-i", interface, "-B", "32768", "-Q", "out", "-U", "--immediate-mode", "-s", "256", "-Z",
        "root", "-w",
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
    func number(_ offset: Int, _ count: Int) -> UInt128 {
      frame[offset..<min(frame.count, offset + count)].reduce(0) { $0 << 8 | UInt128($1) }
    }
    func v4(_ offset: Int) -> IPAddress { .v4(IPv4Address(bits: UInt32(number(offset, 4)))) }
    func v6(_ offset: Int) -> IPAddress { .v6(IPv6Address(bits: number(offset, 16))) }
    let other = Packet(
      time: time, destination: nil, isQuestion: false, port: nil, sourcePort: 0, tcpFlags: 0, payload: 0)
    func question(of address: IPAddress) -> Packet {
      Packet(
        time: time, destination: address, isQuestion: true, port: nil, sourcePort: 0, tcpFlags: 0, payload: 0)
    }
    guard frame.count >= 42 else { return other }
    switch number(12, 2) {
    case 0x0806: return number(20, 2) == 1 ? question(of: v4(38)) : other
    case 0x0800:
      return transport(
        frame, at: 14 + Int(frame[14] & 15) * 4, to: v4(30), frame[23], end: 14 + Int(number(16, 2)), time)
    case 0x86dd where frame.count >= 62:
      if frame[20] == 58, frame[54] == 135 { return question(of: v6(62)) }
      return transport(frame, at: 54, to: v6(38), frame[20], end: 54 + Int(number(18, 2)), time)
    default: return other
    }
  }

  private static func transport(
    _ frame: [UInt8], at start: Int, to destination: IPAddress, _ proto: UInt8, end: Int, _ time: Double
  ) -> Packet {
    func word(_ offset: Int) -> UInt16 { UInt16(frame[offset]) << 8 | UInt16(frame[offset + 1]) }
    guard proto == 6 || proto == 17 else {
      return Packet(
        time: time, destination: destination, isQuestion: false, port: nil, sourcePort: 0, tcpFlags: 0,
        payload: 0)
    }
    let isTCP = proto == 6
    return Packet(
      time: time, destination: destination, isQuestion: false,
      port: isTCP ? .tcp(word(start + 2)) : .udp(word(start + 2)), sourcePort: word(start),
      tcpFlags: isTCP ? frame[start + 13] : 0,
      payload: isTCP ? end - start - Int(frame[start + 12] >> 4) * 4 : 0)
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
