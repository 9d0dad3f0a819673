package import Addresses

/// An ARP message for IPv4 over Ethernet, with its Ethernet header (RFC 826, RFC 5227).
package struct ARPPacket: Hashable, Sendable {
  /// The EtherType of ARP.
  package static let etherType: UInt16 = 0x0806

  /// What the message does.
  package enum Operation: UInt16, Hashable, Sendable {
    case request = 1
    case reply = 2
  }

  package var operation: Operation
  package var senderHardware: MACAddress
  package var sender: IPv4Address
  package var targetHardware: MACAddress
  package var target: IPv4Address

  package init(
    operation: Operation, senderHardware: MACAddress, sender: IPv4Address,
    targetHardware: MACAddress = .zero, target: IPv4Address
  ) {
    self.operation = operation
    self.senderHardware = senderHardware
    self.sender = sender
    self.targetHardware = targetHardware
    self.target = target
  }

  /// The frame as it goes on the wire, padded to Ethernet's 60 bytes (IEEE 802.3, 4A.2.3.2.4).
  package var frame: [UInt8] {
    let destination = operation == .request ? MACAddress.broadcast : targetHardware
    var bytes = destination.octets + senderHardware.octets + [0x08, 0x06]
    bytes += [0, 1, 8, 0, 6, 4, 0, UInt8(operation.rawValue)]
    bytes += senderHardware.octets + sender.octets + targetHardware.octets + target.octets
    return bytes + Array(repeating: 0, count: 60 - bytes.count)
  }

  /// Reads a frame; `nil` when it is not a sound ARP message for IPv4 over Ethernet.
  package init?(frame: [UInt8]) {
    guard frame.count >= 42, frame[12] == 0x08, frame[13] == 0x06,
      Array(frame[14..<20]) == [0, 1, 8, 0, 6, 4],
      let operation = Operation(rawValue: UInt16(frame[20]) << 8 | UInt16(frame[21])),
      let senderHardware = MACAddress(octets: frame[22..<28]),
      let targetHardware = MACAddress(octets: frame[32..<38])
    else { return nil }
    func address(_ start: Int) -> IPv4Address {
      IPv4Address(bits: frame[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) })
    }
    self.init(
      operation: operation, senderHardware: senderHardware, sender: address(28),
      targetHardware: targetHardware, target: address(38))
  }
}
