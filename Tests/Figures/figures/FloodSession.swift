import Glibc

/// One connection of a flood, which speaks for some gateways: just enough MQTT 3.1.1 to send fast.
final class FloodSession {
  let descriptor: CInt
  private(set) var isReady = false
  private(set) var sent = 0
  private(set) var underWay = 0

  private struct Sent {
    var seq: Int64
    var at: ContinuousClock.Instant
  }

  private let gateways: [[UInt8]]
  private let places: [[UInt8]: Int]
  private let window: Int
  private let until: Flood.Until
  private let templates: FloodTemplates
  private var next: [Int64]
  /// By gateway, the oldest first.
  private var waiting: [[Sent]]
  /// By packet identifier, where the broker's word is waited for.
  private var packets: [UInt16: ContinuousClock.Instant] = [:]
  private var packet: UInt16 = 0
  private var turn = 0
  private var input: [UInt8] = []
  private let clock = ContinuousClock()

  init(
    port: UInt16, number: Int, gateways numbers: [Int], window: Int, until: Flood.Until,
    _ templates: FloodTemplates, from birth: Int64
  ) throws {
    gateways = numbers.map { Array(WorldSQL.gateway($0).utf8) }
    places = Dictionary(gateways.enumerated().map { ($1, $0) }) { first, _ in first }
    next = numbers.map { _ in birth }
    waiting = numbers.map { _ in [] }
    self.window = window
    self.until = until
    self.templates = templates
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      throw FloodError("cannot connect to the broker: \(String(cString: strerror(errno)))")
    }
    var one: CInt = 1
    setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
    // CONNECT with a clean session and no keep-alive (section 3.1).
    let name = Array("flood-\(number)".utf8)
    var bytes: [UInt8] = [0x10]
    Self.append(length: 12 + name.count, to: &bytes)
    bytes += [0, 4] + Array("MQTT".utf8) + [4, 2, 0, 0, 0, UInt8(name.count)] + name
    if until == .stored {
      // SUBSCRIBE with QoS 0 to what each gateway is acknowledged (section 3.8).
      for gateway in gateways {
        let topic = Array("kadomori/v1/".utf8) + gateway + Array("/ack".utf8)
        bytes.append(0x82)
        Self.append(length: 2 + 2 + topic.count + 1, to: &bytes)
        bytes += [0, 1, 0, UInt8(topic.count)] + topic + [0]
      }
    }
    try write(bytes)
  }

  deinit {
    close(descriptor)
  }

  static func append(length: Int, to bytes: inout [UInt8]) {
    var rest = length
    repeat {
      bytes.append(UInt8(rest & 127) | (rest > 127 ? 128 : 0))
      rest >>= 7
    } while rest > 0
  }

  private func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw FloodError("the broker has gone: \(String(cString: strerror(errno)))") }
      done += count
    }
  }

  /// Sends until as many as the window holds are under way.
  func send() throws {
    guard isReady, underWay < window else { return }
    var bytes: [UInt8] = []
    let now = clock.now
    while underWay < window {
      let place = turn % gateways.count
      turn += 1
      packet = packet == .max ? 1 : packet + 1
      templates.write(next[place], of: gateways[place], packet: packet, into: &bytes)
      switch until {
      case .stored: waiting[place].append(Sent(seq: next[place], at: now))
      case .taken: packets[packet] = now
      }
      next[place] += 1
      underWay += 1
      sent += 1
    }
    try write(bytes)
  }

  /// Reads what came, and tells how long each record took that is settled now.
  func receive(_ settled: (Duration) -> Void) throws {
    let count = try withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
      let count = recv(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
      if count < 0, errno == EAGAIN { return 0 }
      guard count > 0 else { throw FloodError("the broker has closed a connection") }
      input.append(contentsOf: buffer[..<count])
      return count
    }
    guard count > 0 else { return }
    var start = 0
    while let packet = Self.packet(in: input, from: start) {
      take(input[start], input[packet.body], settled)
      start = packet.body.upperBound
    }
    input.removeFirst(start)
  }

  private static func packet(in bytes: [UInt8], from start: Int) -> (body: Range<Int>, Void)? {
    var (length, shift, index) = (0, 0, start + 1)
    while index < bytes.count {
      length |= Int(bytes[index] & 127) << shift
      shift += 7
      index += 1
      if bytes[index - 1] & 128 == 0 {
        return index + length <= bytes.count ? (index..<(index + length), ()) : nil
      }
    }
    return nil
  }

  private func take(_ head: UInt8, _ body: ArraySlice<UInt8>, _ settled: (Duration) -> Void) {
    switch head & 0xf0 {
    case 0x20: isReady = body.last == 0
    case 0x40 where until == .taken:
      let id = UInt16(body[body.startIndex]) << 8 | UInt16(body[body.startIndex + 1])
      guard let at = packets.removeValue(forKey: id) else { return }
      underWay -= 1
      settled(clock.now - at)
    case 0x30 where until == .stored: acknowledged(body, settled)
    default: break
    }
  }

  private func acknowledged(_ body: ArraySlice<UInt8>, _ settled: (Duration) -> Void) {
    let length = Int(body[body.startIndex]) << 8 | Int(body[body.startIndex + 1])
    let name = body.dropFirst(2 + 12).prefix(19)
    guard let place = places[Array(name)], let stored = Self.stored(body.dropFirst(2 + length)) else {
      return
    }
    let now = clock.now
    while let first = waiting[place].first, first.seq <= stored {
      waiting[place].removeFirst()
      underWay -= 1
      settled(now - first.at)
    }
  }

  /// The number behind `"stored":`.
  private static func stored(_ payload: ArraySlice<UInt8>) -> Int64? {
    let word = Array("\"stored\":".utf8)
    guard payload.count > word.count else { return nil }
    var index = payload.startIndex
    while index + word.count < payload.endIndex {
      if payload[index] == word[0], payload[index..<(index + word.count)].elementsEqual(word) {
        var value: Int64 = 0
        for byte in payload[(index + word.count)...] {
          guard (0x30...0x39).contains(byte) else { break }
          value = value * 10 + Int64(byte - 0x30)
        }
        return value
      }
      index += 1
    }
    return nil
  }
}
