import Packets

/// The block format of wireshark (draft-ietf-opsawg-pcapng, "PCAP Next Generation Capture File Format").
struct PcapNextGeneration {
  /// The type of a section header block, the same in either byte order.
  static let magic = 0x0a0d_0d0a
  /// How many interfaces of one section are told apart.
  static let interfaceLimit = 256

  private struct Interface {
    var linkType: Int
    /// Ticks of its clock in a second.
    var rate: Int
  }

  private var reader: ByteReader
  private var isLittle = false
  private var interfaces: [Interface] = []

  init(_ bytes: [UInt8]) {
    reader = ByteReader(bytes)
  }

  private func number(_ reader: inout ByteReader) -> Int? { isLittle ? reader.little32() : reader.big32() }
  private func short(_ reader: inout ByteReader) -> Int? { isLittle ? reader.little16() : reader.big16() }

  /// Gives the packets; `false` when the file ends in the middle of a block or a block is not sound.
  mutating func read(into builder: inout CaptureBuilder) -> Bool {
    while !reader.isEmpty {
      var ahead = reader
      guard let first = ahead.big32() else { return false }
      if first == Self.magic, !begin(section: ahead) { return false }
      guard let type = number(&reader), let length = number(&reader), length >= 12, length % 4 == 0 else {
        return false
      }
      // Type, length and the length once more at the end count too.
      guard let body = reader.take(length - 12), reader.skip(4) else { return false }
      guard read(type, ByteReader(body), into: &builder) else { return true }
    }
    return true
  }

  /// Takes the byte order of a section, whose interfaces are its own.
  private mutating func begin(section reader: ByteReader) -> Bool {
    var reader = reader
    guard reader.skip(4), let order = reader.big32() else { return false }
    switch order {
    case 0x1a2b_3c4d: isLittle = false
    case 0x4d3c_2b1a: isLittle = true
    default: return false
    }
    interfaces = []
    return true
  }

  /// Reads one block; `false` when no more is taken.
  private mutating func read(_ type: Int, _ body: ByteReader, into builder: inout CaptureBuilder) -> Bool {
    var body = body
    switch type {
    case 1:
      guard interfaces.count < Self.interfaceLimit, let linkType = short(&body), body.skip(6) else {
        return true
      }
      interfaces.append(Interface(linkType: linkType, rate: rate(body)))
    case 6:
      // Enhanced packet block: interface, time in two halves, captured and original length.
      guard let index = number(&body), interfaces.indices.contains(index), let high = number(&body),
        let low = number(&body), let size = number(&body), size <= Capture.sizeLimit, body.skip(4),
        let bytes = body.take(size)
      else { return true }
      let interface = interfaces[index]
      let ticks = (high & 0x7fff_ffff) << 32 | low
      let time =
        Duration.seconds(ticks / interface.rate)
        + .nanoseconds(Int(Double(ticks % interface.rate) / Double(interface.rate) * 1e9))
      return builder.add(bytes, at: time, linkType: interface.linkType)
    case 3:
      // Simple packet block: no time, the interface is the first.
      guard let size = number(&body), let interface = interfaces.first else { return true }
      return builder.add(body.rest.prefix(size), at: .zero, linkType: interface.linkType)
    default: break
    }
    return true
  }

  /// Ticks in a second: option 9, a power of ten or, with the highest bit, of two; a million without it.
  private func rate(_ options: ByteReader) -> Int {
    var options = options
    while let code = short(&options), code != 0, let length = short(&options),
      let value = options.take(length)
    {
      _ = options.skip((4 - length % 4) % 4)
      guard code == 9, let exponent = value.first else { continue }
      if exponent & 0x80 != 0 { return 1 << min(Int(exponent & 0x7f), 60) }
      return (0..<min(exponent, 18)).reduce(1) { product, _ in product * 10 }
    }
    return 1_000_000
  }
}
