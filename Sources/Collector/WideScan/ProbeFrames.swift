import Addresses

/// Writes probes as frames: of a SYN all that is the same once, the rest for each probe.
///
/// It has a largest segment of 1460 octets as only option: without one, some networks drop it (zmap #339). The
/// checksum is what the constant words add up to, and the changed ones on top (RFC 1071, section 2).
final class ProbeFrames {
  /// The octets of the longest probe: Ethernet, IPv6, and TCP with one option or what else is asked.
  let longest: Int

  private let template4: UnsafeMutableRawBufferPointer
  private let template6: UnsafeMutableRawBufferPointer
  private let sumIP4: UInt32
  private let sumTCP4: UInt32
  private let sumTCP6: UInt32
  private let bodies: ProbeBodies
  private let cookie: ProbeCookie
  private let ports: SourcePorts

  init(_ link: Link, _ bodies: ProbeBodies) {
    self.bodies = bodies
    cookie = bodies.cookie
    ports = bodies.ports
    longest = 14 + 40 + max(24, bodies.longest)
    let segment: [UInt8] =
      // Ports, sequence, acknowledgement; 24 octets long, SYN; window 64240; checksum, urgent; option 2.
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x60, 0x02, 0xfa, 0xf0, 0, 0, 0, 0, 2, 4, 0x05, 0xb4]
    let source4 = link.source4 ?? IPv4Address(bits: 0)
    // Length 44; identification 0 and not to be cut in pieces (RFC 6864); 64 hops.
    let head4: [UInt8] =
      [0x45, 0, 0, 44, 0, 0, 0x40, 0, 64, 6, 0, 0] + source4.octets + [0, 0, 0, 0]
    let source6 = link.source6 ?? IPv6Address(bits: 0)
    let head6: [UInt8] =
      [0x60, 0, 0, 0, 0, 24, 6, 64] + source6.octets + [UInt8](repeating: 0, count: 16)
    let ethernet = link.router.octets + link.hardware.octets
    template4 = Self.kept(ethernet + [0x08, 0x00] + head4 + segment)
    template6 = Self.kept(ethernet + [0x86, 0xdd] + head6 + segment)
    sumIP4 = Self.sum(head4)
    // The pseudo-header: addresses, protocol 6, length 24 (RFC 9293, section 3.1).
    sumTCP4 = Self.sum(segment) + Self.sum(source4.octets) + 6 + 24
    sumTCP6 = Self.sum(segment) + Self.sum(source6.octets) + 6 + 24
  }

  deinit {
    template4.deallocate()
    template6.deallocate()
  }

  private static func kept(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    buffer.copyBytes(from: bytes)
    return buffer
  }

  /// The sum of the 16-bit words, not yet folded.
  static func sum(_ bytes: some Collection<UInt8>) -> UInt32 {
    var (sum, isHigh): (UInt32, Bool) = (0, true)
    for byte in bytes {
      sum += isHigh ? UInt32(byte) << 8 : UInt32(byte)
      isHigh.toggle()
    }
    return sum
  }

  /// The same of octets in memory, an odd last one with a zero behind it (RFC 1071, section 4.1).
  @inline(__always) static func sum(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt32 {
    var sum: UInt32 = 0
    for place in 0..<count / 2 {
      sum &+= UInt32(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
    }
    if count & 1 == 1 { sum &+= UInt32(bytes.load(fromByteOffset: count - 1, as: UInt8.self)) << 8 }
    return sum
  }

  /// Folds a sum and turns it around.
  @inline(__always) static func checksum(_ sum: UInt32) -> UInt16 {
    var sum = sum
    sum = (sum & 0xffff) &+ (sum >> 16)
    sum = (sum & 0xffff) &+ (sum >> 16)
    return ~UInt16(truncatingIfNeeded: sum)
  }

  @inline(__always) static func words(_ value: UInt32) -> UInt32 { (value >> 16) &+ (value & 0xffff) }

  /// Writes one probe; returns the length of the frame.
  func write(_ probe: Probe, to slot: UnsafeMutableRawPointer) -> Int {
    let target = probe.target
    guard target.transport == .tcp else { return writeBody(probe, to: slot) }
    let sourcePort = ports.port(of: probe.kind)
    let sequence = cookie.sequence(
      number: target.number, isVersion4: target.isVersion4, port: target.port, sourcePort: sourcePort)
    let changed = UInt32(sourcePort) &+ UInt32(target.port) &+ Self.words(sequence)
    guard target.isVersion4 else { return write6(target, sourcePort, sequence, changed, to: slot) }
    slot.copyMemory(from: UnsafeRawPointer(template4.baseAddress.unsafelyUnwrapped), byteCount: 58)
    let address = UInt32(truncatingIfNeeded: target.number)
    let addressSum = Self.words(address)
    slot.storeBytes(of: Self.checksum(sumIP4 &+ addressSum).bigEndian, toByteOffset: 24, as: UInt16.self)
    slot.storeBytes(of: address.bigEndian, toByteOffset: 30, as: UInt32.self)
    let tcp = slot + 34
    Self.write(sourcePort, target.port, sequence, sumTCP4 &+ addressSum &+ changed, to: tcp)
    return 58
  }

  private func write6(
    _ target: Target, _ sourcePort: UInt16, _ sequence: UInt32, _ changed: UInt32,
    to slot: UnsafeMutableRawPointer
  ) -> Int {
    slot.copyMemory(from: UnsafeRawPointer(template6.baseAddress.unsafelyUnwrapped), byteCount: 78)
    var sum = sumTCP6 &+ changed
    var rest = target.number
    for _ in 0..<4 {
      sum &+= Self.words(UInt32(truncatingIfNeeded: rest))
      rest >>= 32
    }
    slot.storeBytes(of: target.number.bigEndian, toByteOffset: 38, as: UInt128.self)
    Self.write(sourcePort, target.port, sequence, sum, to: slot + 54)
    return 78
  }

  @inline(__always) private static func write(
    _ source: UInt16, _ destination: UInt16, _ sequence: UInt32, _ sum: UInt32,
    to tcp: UnsafeMutableRawPointer
  ) {
    tcp.storeBytes(of: source.bigEndian, as: UInt16.self)
    tcp.storeBytes(of: destination.bigEndian, toByteOffset: 2, as: UInt16.self)
    tcp.storeBytes(of: sequence.bigEndian, toByteOffset: 4, as: UInt32.self)
    tcp.storeBytes(of: checksum(sum).bigEndian, toByteOffset: 16, as: UInt16.self)
  }

  /// A datagram or an echo behind the headers of Ethernet and IP, which those of a SYN are made into.
  private func writeBody(_ probe: Probe, to slot: UnsafeMutableRawPointer) -> Int {
    let target = probe.target
    let number = target.transport.number(isVersion4: target.isVersion4)
    guard target.isVersion4 else {
      slot.copyMemory(from: UnsafeRawPointer(template6.baseAddress.unsafelyUnwrapped), byteCount: 54)
      slot.storeBytes(of: target.number.bigEndian, toByteOffset: 38, as: UInt128.self)
      slot.storeBytes(of: number, toByteOffset: 20, as: UInt8.self)
      let count = bodies.write(to: target, probe.kind, at: slot + 54)
      slot.storeBytes(of: UInt16(truncatingIfNeeded: count).bigEndian, toByteOffset: 18, as: UInt16.self)
      return 54 + count
    }
    slot.copyMemory(from: UnsafeRawPointer(template4.baseAddress.unsafelyUnwrapped), byteCount: 34)
    slot.storeBytes(
      of: UInt32(truncatingIfNeeded: target.number).bigEndian, toByteOffset: 30, as: UInt32.self)
    slot.storeBytes(of: number, toByteOffset: 23, as: UInt8.self)
    let count = bodies.write(to: target, probe.kind, at: slot + 34)
    slot.storeBytes(of: UInt16(truncatingIfNeeded: 20 + count).bigEndian, toByteOffset: 16, as: UInt16.self)
    // Its checksum in the template is zero.
    let check = Self.checksum(Self.sum(UnsafeRawPointer(slot) + 14, 20))
    slot.storeBytes(of: check.bigEndian, toByteOffset: 24, as: UInt16.self)
    return 34 + count
  }

  /// One probe as a frame of its own.
  func frame(_ probe: Probe) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: longest) { buffer, count in
      guard let slot = buffer.baseAddress else { return }
      count = write(probe, to: UnsafeMutableRawPointer(slot))
    }
  }

  /// The reset that ends a connection which a probe has half opened: with the number that the answer acknowledged, as
  /// only that one counts (RFC 9293, section 3.10.7.4).
  func reset(_ target: Target, kind: ProbeKind, sequence: UInt32) -> [UInt8] {
    var bytes = Array(target.isVersion4 ? template4 : template6)
    bytes.removeLast(4)
    let ip = 14
    let tcp = target.isVersion4 ? 34 : 54
    var destination = [UInt8](repeating: 0, count: target.isVersion4 ? 4 : 16)
    for place in destination.indices {
      destination[place] = UInt8(
        truncatingIfNeeded: target.number >> UInt128(8 * (destination.count - 1 - place)))
    }
    bytes.replaceSubrange(tcp - destination.count..<tcp, with: destination)
    let port = ports.port(of: kind)
    let both = UInt64(port) << 48 | UInt64(target.port) << 32 | UInt64(sequence)
    for place in 0..<8 { bytes[tcp + place] = UInt8(truncatingIfNeeded: both >> UInt64(56 - 8 * place)) }
    // 20 octets long, RST, no window.
    bytes.replaceSubrange(tcp + 12..<tcp + 16, with: [0x50, 0x04, 0, 0])
    if target.isVersion4 {
      bytes[ip + 3] = 40
      let check = Self.checksum(Self.sum(bytes[ip..<tcp]))
      bytes[ip + 10] = UInt8(check >> 8)
      bytes[ip + 11] = UInt8(check & 255)
    } else {
      bytes[ip + 5] = 20
    }
    let addresses = Self.sum(bytes[(target.isVersion4 ? ip + 12 : ip + 8)..<tcp])
    let check = Self.checksum(Self.sum(bytes[tcp...]) + addresses + 6 + 20)
    bytes[tcp + 16] = UInt8(check >> 8)
    bytes[tcp + 17] = UInt8(check & 255)
    return bytes
  }
}

/// One packet that asks a target whether its port is open.
package struct Probe: Hashable, Sendable {
  package let target: Target
  package let kind: ProbeKind
}
