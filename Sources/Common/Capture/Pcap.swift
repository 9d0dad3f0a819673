import Packets

/// The classic format of libpcap, either byte order, with microseconds or nanoseconds (pcap-savefile(5)).
struct Pcap {
  private let isLittle: Bool
  private let isNano: Bool
  private let linkType: Int
  private let body: ByteReader

  /// Reads what follows the magic; `nil` when it is no file of this format.
  init?(magic: Int, _ reader: ByteReader) {
    switch magic {
    case 0xa1b2_c3d4: (isLittle, isNano) = (false, false)
    case 0xd4c3_b2a1: (isLittle, isNano) = (true, false)
    case 0xa1b2_3c4d: (isLittle, isNano) = (false, true)
    case 0x4d3c_b2a1: (isLittle, isNano) = (true, true)
    default: return nil
    }
    var reader = reader
    // Version, time zone, accuracy and snapshot length tell nothing that matters here.
    guard reader.skip(16), let type = isLittle ? reader.little32() : reader.big32() else { return nil }
    // The upper bits tell of checksums.
    linkType = type & 0x0fff_ffff
    body = reader
  }

  /// Gives the packets; `false` when the file ends in the middle of one.
  func read(into builder: inout CaptureBuilder) -> Bool {
    var reader = body
    func number() -> Int? { isLittle ? reader.little32() : reader.big32() }
    while !reader.isEmpty {
      guard let seconds = number(), let part = number(), let size = number(), number() != nil,
        size <= Capture.sizeLimit
      else { return false }
      let time = Duration.seconds(seconds) + (isNano ? .nanoseconds(part) : .microseconds(part))
      // Of a packet that was cut off, the head still tells something.
      guard let bytes = reader.take(size) else {
        _ = builder.add(reader.rest, at: time, linkType: linkType)
        return false
      }
      guard builder.add(bytes, at: time, linkType: linkType) else { return true }
    }
    return true
  }
}
