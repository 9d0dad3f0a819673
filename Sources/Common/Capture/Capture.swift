package import Packets

/// The frames of a recording.
///
/// A file that ends in the middle of a packet gives the packets before it: recordings are cut off when
/// the power is.
package struct Capture: Sendable {
  /// A frame with when it was recorded.
  package struct Entry: Hashable, Sendable {
    /// Since the Unix epoch; zero where the file does not say it.
    package var time: Duration
    package var frame: EthernetFrame
  }

  package var entries: [Entry]
  /// The file ends in the middle of a packet, or goes on in no known way.
  package var isCutOff: Bool

  /// How many frames of one file are read.
  package static let limit = 1_000_000
  /// The longest packet that is believed: what wireshark and libpcap allow.
  package static let sizeLimit = 262_144

  package init(_ bytes: [UInt8]) throws(CaptureError) {
    var builder = CaptureBuilder()
    var reader = ByteReader(bytes)
    guard let magic = reader.big32() else { throw .notACapture }
    let isWhole: Bool
    if magic == PcapNextGeneration.magic {
      var file = PcapNextGeneration(bytes)
      isWhole = file.read(into: &builder)
    } else if let file = Pcap(magic: magic, reader) {
      isWhole = file.read(into: &builder)
    } else {
      throw .notACapture
    }
    if builder.entries.isEmpty, let type = builder.unknownType { throw .unknownLinkType(type) }
    entries = builder.entries
    isCutOff = !isWhole
  }
}

/// Collects the packets of a file.
struct CaptureBuilder {
  var entries: [Capture.Entry] = []
  var unknownType: Int?

  /// `false` when no more is taken.
  mutating func add(_ bytes: ArraySlice<UInt8>, at time: Duration, linkType: Int) -> Bool {
    let frame: EthernetFrame?
    switch linkType {
    case 1: frame = EthernetFrame(bytes)
    case 113: frame = EthernetFrame(cooked: bytes, version: 1)
    case 276: frame = EthernetFrame(cooked: bytes, version: 2)
    default:
      unknownType = unknownType ?? linkType
      frame = nil
    }
    if let frame { entries.append(Capture.Entry(time: time, frame: frame)) }
    return entries.count < Capture.limit
  }
}
