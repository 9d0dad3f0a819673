import Addresses
import Packets

/// Frames of a device that tests put together.
enum Frames {
  static let device = MACAddress(bits: 0x0200_5e06_d902)

  static func frame(
    _ payload: [UInt8], type: UInt16 = EthernetFrame.ipv4, from source: MACAddress = device,
    to destination: MACAddress = .broadcast
  ) -> EthernetFrame {
    EthernetFrame(source: source, destination: destination, type: type, payload: payload[...])
  }

  static func udp(
    _ source: UInt16, _ destination: UInt16, _ payload: [UInt8], to address: [UInt8] = [192, 0, 2, 1]
  )
    -> [UInt8]
  {
    let datagram = big(source) + big(destination) + big(UInt16(payload.count + 8)) + [0, 0] + payload
    return [0x45, 0] + big(UInt16(datagram.count + 20)) + [0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 7]
      + address
      + datagram
  }

  static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

  static func dhcp(host: String, device: MACAddress = device) -> [UInt8] {
    var bytes: [UInt8] = [1, 1, 6, 0, 1, 2, 3, 4] + [UInt8](repeating: 0, count: 20)
    bytes += device.octets + [UInt8](repeating: 0, count: 202) + [0x63, 0x82, 0x53, 0x63, 53, 1, 1]
    bytes += [55, 3, 1, 3, 6, 12, UInt8(host.utf8.count)] + Array(host.utf8)
    return udp(68, 67, bytes + [255], to: [255, 255, 255, 255])
  }

  static func question(_ name: String) -> [UInt8] {
    let labels = name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    return udp(4000, 53, [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + labels + [0, 0, 1, 0, 1])
  }
}
