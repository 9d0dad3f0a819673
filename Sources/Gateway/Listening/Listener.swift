package import Addresses
package import LinuxIO
import Packets

/// Listens on one LAN, on the caller's loop; sends nothing.
package final class Listener {
  package private(set) var hearing = Hearing()
  /// Whether it still can listen: an interface that was taken away and came back is another one.
  package private(set) var isListening = true
  /// When it began, on the loop's clock.
  package let since: Duration

  private let packets: PacketSocket
  private let loop: EventLoop
  private var token: EventLoop.Token?
  private var pause: EventLoop.Token?
  private var read = 0
  private let onNew: (MACAddress) -> Void

  /// How many frames are read within a second: who floods the LAN must not keep us busy.
  private static let limit = 200
  private static let turnLimit = 32

  /// `onNew` is told of every device that was not heard before; throws where the raw socket is refused.
  package init(
    on interface: NetworkInterface, loop: EventLoop, onNew: @escaping (MACAddress) -> Void
  ) throws(SystemError) {
    self.loop = loop
    self.onNew = onNew
    since = loop.now
    packets = try PacketSocket(on: interface, etherType: PacketSocket.everything, filter: .unasked)
    token = loop.watch(packets.descriptor, for: .read) { [weak self] _ in self?.serve() }
  }

  /// Lets go of what was taken in and judged.
  package func releaseLearnt() { hearing.releaseLearnt() }

  package func close() {
    isListening = false
    loop.cancel(token)
    loop.cancel(pause)
  }

  private func serve() {
    // The second begins with its first frame, so that silence wakes nobody.
    if pause == nil { pause = loop.after(.seconds(1)) { [weak self] in self?.resume() } }
    for _ in 0..<Self.turnLimit {
      guard read < Self.limit else {
        // What comes until the second is over waits in the kernel's buffer, or is lost.
        if let token { loop.change(token, to: []) }
        return
      }
      do throws(SystemError) {
        guard let bytes = try packets.receive() else { return }
        read += 1
        guard let frame = EthernetFrame(bytes[...]) else { continue }
        if hearing.hear(frame, now: loop.now) { onNew(frame.source) }
      } catch {
        return close()
      }
    }
  }

  private func resume() {
    pause = nil
    read = 0
    if let token { loop.change(token, to: .read) }
  }
}
