import Posture

extension Handshake {
  /// Sends TESTFR act and reads TESTFR con: a test of the line that starts no data transfer
  /// (IEC 60870-5-104, section 5.2).
  static let iec104 = Handshake("iec-104", ports: [2404]) { _ in
    [0x68, 4, 0x43, 0, 0, 0]
  } read: { bytes, ended in
    guard bytes.starts(with: [0x68].prefix(bytes.count)) else { return .no }
    guard bytes.count >= 6 else { return ended ? .no : .more }
    return bytes.starts(with: [0x68, 4, 0x83, 0, 0, 0]) ? .identified(Identification(.iec104)) : .no
  }

  /// Asks for the status of the link (IEEE 1815, section 9.2, function code 9); the outstation answers with
  /// function code 11.
  ///
  /// As its address is unknown, the common ones are asked, and the self-address.
  static let dnp3 = Handshake("dnp3", ports: [20000]) { _ in
    ([0, 1, 2, 3, 4, 5, 10, 100, 1024, 0xfffc] as [UInt16]).flatMap(DNP3.linkStatusRequest)
  } read: { bytes, ended in
    guard bytes.starts(with: [0x05, 0x64].prefix(bytes.count)) else { return .no }
    guard bytes.count >= 10 else { return ended ? .no : .more }
    let check = DNP3.checksum(bytes[..<8])
    guard bytes[2] >= 5, bytes[8...9].elementsEqual(check.littleOctets) else { return .no }
    // Not from the master (bit 7), primary or not: any whole frame of an outstation is one.
    return bytes[3] & 0x80 == 0 ? .identified(Identification(.dnp3)) : .no
  }
}

/// Writes the link frames of DNP3.
enum DNP3 {
  /// A frame without data from master 1: start, length, control (from master, primary, function 9).
  static func linkStatusRequest(to destination: UInt16) -> [UInt8] {
    let header = [0x05, 0x64, 5, 0xc9] + destination.littleOctets + UInt16(1).littleOctets
    return header + checksum(header[...]).littleOctets
  }

  /// The CRC of the link layer: polynomial 0x3D65, reflected, complemented (IEEE 1815, section 9.2.4.1.4).
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var crc: UInt16 = 0
    for byte in bytes {
      crc ^= UInt16(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xa6bc : crc >> 1 }
    }
    return ~crc
  }
}
