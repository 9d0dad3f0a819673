package import Addresses

/// What one frame carries, whichever way it was recorded (IEEE 802.3-2022, clause 3).
package struct EthernetFrame: Hashable, Sendable {
  package var source: MACAddress
  /// `nil` where the recording does not keep it (Linux cooked captures).
  package var destination: MACAddress?
  /// The EtherType; below 1,536 the length of an LLC frame (IEEE 802.3-2022, 3.2.6).
  package var type: UInt16
  /// The lowest 12 bits of the outermost tag (IEEE 802.1Q-2022, 9.6).
  package var vlan: UInt16?
  package var payload: ArraySlice<UInt8>

  package static let ipv4: UInt16 = 0x0800
  package static let arp: UInt16 = 0x0806
  package static let ipv6: UInt16 = 0x86dd
  /// Port access control (IEEE 802.1X-2020, 11.1.4).
  package static let eapol: UInt16 = 0x888e
  /// Link layer discovery (IEEE 802.1AB-2016, 8.3).
  package static let lldp: UInt16 = 0x88cc

  /// Sent to all or to a group: what a switch brings to everybody (IEEE 802.3-2022, 3.2.3).
  package var isForMany: Bool { destination?.isMulticast == true }

  /// A frame inside a frame inside a frame is nothing that a device of a LAN sends.
  package static let tagLimit = 2

  package init(
    source: MACAddress, destination: MACAddress?, type: UInt16, vlan: UInt16? = nil,
    payload: ArraySlice<UInt8>
  ) {
    self.source = source
    self.destination = destination
    self.type = type
    self.vlan = vlan
    self.payload = payload
  }

  /// Reads a frame from its destination address on; `nil` when the header is cut off.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    guard let destination = reader.take(6).flatMap(MACAddress.init(octets:)),
      let source = reader.take(6).flatMap(MACAddress.init(octets:)), let type = reader.big16()
    else { return nil }
    self.init(source: source, destination: destination, type: UInt16(type), payload: reader.rest)
    guard untag() else { return nil }
  }

  /// Reads a Linux cooked frame, version 1 (LINKTYPE_LINUX_SLL) or 2 (LINKTYPE_LINUX_SLL2).
  ///
  /// `nil` when the header is cut off or the sender has no address of six octets.
  package init?(cooked bytes: ArraySlice<UInt8>, version: Int) {
    var reader = ByteReader(bytes)
    if version == 1 {
      // Packet type and interface type come first, the protocol last.
      guard reader.skip(4), reader.big16() == 6,
        let source = reader.take(8).flatMap({ MACAddress(octets: $0.prefix(6)) }), let type = reader.big16()
      else { return nil }
      self.init(source: source, destination: nil, type: UInt16(type), payload: reader.rest)
    } else {
      guard let type = reader.big16(), reader.skip(9), reader.u8() == 6,
        let source = reader.take(8).flatMap({ MACAddress(octets: $0.prefix(6)) })
      else { return nil }
      self.init(source: source, destination: nil, type: UInt16(type), payload: reader.rest)
    }
    guard untag() else { return nil }
  }

  /// Takes tags off: customer (0x8100) and service (0x88a8) ones (IEEE 802.1Q-2022, table 9-1).
  private mutating func untag() -> Bool {
    var reader = ByteReader(payload)
    for _ in 0..<Self.tagLimit where type == 0x8100 || type == 0x88a8 {
      guard let tag = reader.big16(), let next = reader.big16() else { return false }
      vlan = vlan ?? UInt16(tag & 0xfff)
      type = UInt16(next)
    }
    payload = reader.rest
    return true
  }
}
