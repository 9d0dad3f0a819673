import CPacketRings
import LinuxIO

/// How probes get to the interface, the fastest first.
package enum Tier: String, Hashable, Sendable, CaseIterable {
  /// AF_XDP in copy mode: no system call for each frame, no queueing discipline.
  case xdp = "af_xdp"
  /// A packet socket that is given a batch of frames with one system call.
  case batch = "sendmmsg"
  /// Connections that the kernel opens, and datagrams that it sends: without CAP_NET_RAW.
  case connect
}

/// Sends frames by one interface; needs CAP_NET_RAW.
final class Transmitter {
  private enum Way {
    case xdp(OpaquePointer)
    case batch(OpaquePointer)
    /// Between two of the first.
    case closed
  }

  /// Frames that leave together at most.
  static let most = 256
  /// Frames that AF_XDP may hold; a power of two.
  private static let frames: Int32 = 1024
  /// How often AF_XDP is asked for again, and how long after each time, in nanoseconds: two seconds in all.
  private static let renewals = 200
  private static let renewalLength = 10_000_000

  let tier: Tier
  private var way: Way
  private let socket: Descriptor
  private let interface: NetworkInterface

  /// Takes the way that was asked for, or the fastest that works here.
  ///
  /// `longest` is how many octets a probe has at most.
  init(on interface: NetworkInterface, longest: Int, tier: Tier? = nil) throws(SystemError) {
    self.interface = interface
    // Resets, which are few, always leave by this one.
    let number = CPacketRings_sender(Int32(interface.index))
    guard number >= 0 else { throw SystemError(-number, "socket(AF_PACKET)", interface.name) }
    socket = Descriptor(owning: number)
    var made: OpaquePointer?
    let result = tier == .batch ? 0 : CPacketRings_xdp_make(&made, Int32(interface.index), Self.frames)
    if let made {
      (way, self.tier) = (.xdp(made), .xdp)
    } else if tier == .xdp {
      throw SystemError(-result, "socket(AF_XDP)", interface.name)
    } else if let batch = CPacketRings_batch_make(Int32(Self.most), Int32(longest)) {
      (way, self.tier) = (.batch(batch), .batch)
    } else {
      throw SystemError(12, "malloc", interface.name)
    }
  }

  deinit {
    switch way {
    case .xdp(let xdp): CPacketRings_xdp_free(xdp)
    case .batch(let batch): CPacketRings_batch_free(batch)
    case .closed: break
    }
  }

  /// Forgets the frames that AF_XDP holds: they were to leave before the interface was down, and would leave now.
  func renew() throws(SystemError) {
    guard case .xdp(let old) = way else { return }
    way = .closed
    CPacketRings_xdp_free(old)
    var patience = Self.renewals
    while true {
      var made: OpaquePointer?
      let result = CPacketRings_xdp_make(&made, Int32(interface.index), Self.frames)
      if let made {
        way = .xdp(made)
        return
      }
      // The kernel gives the queue of the one before back when it comes to it.
      patience -= 1
      guard patience > 0 else { throw SystemError(-result, "socket(AF_XDP)", interface.name) }
      Waiting.sleep(Self.renewalLength)
    }
  }

  /// Sends all of these, at most ``most``; returns how many the kernel did not take.
  func send(_ probes: [Probe], _ frames: ProbeFrames) throws(SystemError) -> Int {
    switch way {
    case .xdp(let xdp): try send(probes, frames, xdp: xdp)
    case .batch(let batch): try send(probes, frames, batch: batch)
    case .closed: probes.count
    }
  }

  private func send(_ probes: [Probe], _ frames: ProbeFrames, batch: OpaquePointer) throws(SystemError) -> Int
  {
    for (place, probe) in probes.enumerated() {
      guard let slot = CPacketRings_batch_slot(batch, Int32(place)) else { continue }
      CPacketRings_batch_length(batch, Int32(place), Int32(frames.write(probe, to: slot)))
    }
    var (sent, failed): (Int32, Int) = (0, 0)
    var patience = 1000
    while sent < probes.count {
      let result = CPacketRings_batch_send(batch, socket.number, sent, Int32(probes.count))
      if result >= 0 {
        sent += result
      } else if Errors.isFull(-result), patience > 0 {
        // The queue of the socket or of the driver is full: it is as fast as this goes.
        patience -= 1
        Waiting.untilWritable(socket, milliseconds: 1)
      } else if Errors.isFull(-result) {
        failed += 1
        sent += 1
      } else {
        throw SystemError(-result, "sendmmsg", interface.name)
      }
    }
    return failed
  }

  private func send(_ probes: [Probe], _ frames: ProbeFrames, xdp: OpaquePointer) throws(SystemError) -> Int {
    var failed = 0
    for probe in probes {
      var slot = CPacketRings_xdp_next(xdp)
      var patience = 1000
      while slot == nil, patience > 0 {
        try kick(xdp)
        slot = CPacketRings_xdp_next(xdp)
        if slot == nil { Waiting.untilWritable(socket, milliseconds: 0) }
        patience -= 1
      }
      guard let slot else {
        failed += 1
        continue
      }
      CPacketRings_xdp_put(xdp, Int32(frames.write(probe, to: slot)))
    }
    try kick(xdp)
    return failed
  }

  private func kick(_ xdp: OpaquePointer) throws(SystemError) {
    let result = CPacketRings_xdp_kick(xdp)
    if result < 0 { throw SystemError(-result, "sendto", interface.name) }
  }

  /// Sends one frame; returns whether the kernel took it.
  func send(_ frame: [UInt8]) throws(SystemError) -> Bool {
    do throws(SystemError) {
      return try socket.write(frame) > 0
    } catch {
      if Errors.isFull(error.code) { return false }
      throw SystemError(error.code, "send", interface.name)
    }
  }
}
