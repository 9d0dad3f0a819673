/// Sound packets that tests put together.
enum Samples {
  static func udp(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8]) -> [UInt8] {
    big(source) + big(destination) + big(UInt16(payload.count + 8)) + [0, 0] + payload
  }

  static func ipv4(protocol number: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x45, 0] + big(UInt16(payload.count + 20)) + [0, 0, 0, 0, 64, number, 0, 0, 192, 0, 2, 7, 192, 0, 2, 1]
      + payload
  }

  static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

  /// A discover of 02:00:00:00:00:01 with these options.
  static func dhcp(_ options: [(UInt8, [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = [1, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0x80, 0] + [UInt8](repeating: 0, count: 16)
    bytes += [2, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 202) + [0x63, 0x82, 0x53, 0x63, 53, 1, 1]
    for (option, value) in options { bytes += [option, UInt8(value.count)] + value }
    return bytes + [255]
  }

  static let mud = "https://example.com/lamp.json"

  /// Chassis, port, time to live, name, description, usage description, end.
  static var lldp: [UInt8] {
    func unit(_ type: Int, _ value: [UInt8]) -> [UInt8] { big(UInt16(type << 9 | value.count)) + value }
    return unit(1, [4, 2, 0, 0, 0, 0, 1]) + unit(2, [7, 1]) + unit(3, [0, 120]) + unit(5, Array("lamp".utf8))
      + unit(6, Array("Lamp 1.0".utf8)) + unit(127, [0, 0, 0x5e, 1] + Array(mud.utf8)) + [0, 0]
  }

  /// A query for `_hue._tcp.local`, its name once and once more by a pointer.
  static let multicastQuery: [UInt8] =
    [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 4] + Array("_Hue".utf8) + [4] + Array("_tcp".utf8) + [5]
    + Array("local".utf8) + [0, 0, 12, 0, 1, 0xc0, 12, 0, 255, 0, 1]

  /// A client hello with two suites and the name `a.example`.
  static var clientHello: [UInt8] {
    let name = Array("a.example".utf8)
    let list = big(UInt16(name.count + 3)) + [0] + big(UInt16(name.count)) + name
    let extensions = [0, 0] + big(UInt16(list.count)) + list + [0, 23, 0, 0]
    let body: [UInt8] =
      [3, 3] + [UInt8](repeating: 9, count: 32) + [0, 0, 4, 0x13, 0x01, 0xc0, 0x2f, 1, 0]
      + big(UInt16(extensions.count)) + extensions
    return [22, 3, 1] + big(UInt16(body.count + 4)) + [1, 0] + big(UInt16(body.count)) + body
  }

  static let search = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nST: ssdp:all\r\n\r\n"
}
