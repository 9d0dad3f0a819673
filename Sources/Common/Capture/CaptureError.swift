/// Why a file of packets cannot be read.
package enum CaptureError: Error, Hashable, Sendable {
  /// Neither the pcap nor the pcapng format.
  case notACapture
  /// The link type of no packet is one we read; the number is of the first.
  case unknownLinkType(Int)
}

extension CaptureError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notACapture: "is neither a pcap nor a pcapng file"
    case .unknownLinkType(let number):
      "was recorded on a link of type \(number); only Ethernet (1) and Linux cooked (113, 276) are read"
    }
  }
}
