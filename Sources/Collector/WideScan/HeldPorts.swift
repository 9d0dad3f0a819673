import CPacketRings
import LinuxIO

/// Holds the ports that probes leave by, so that nobody else of this machine gets them and its kernel answers nothing.
final class HeldPorts {
  let ports: SourcePorts
  private let sockets: [Descriptor]

  /// Takes the first ports that are all free, from `wanted` or from 47,000 on, and all of `answerPorts`.
  init(
    wanted: UInt16?, version4: Bool, version6: Bool, transports: Set<ProbeTransport> = [.tcp],
    answerPorts: Set<UInt16> = []
  ) throws(SystemError) {
    var kinds: [(version: Int32, isDatagram: Bool)] = []
    for isDatagram in [false, true] where transports.contains(isDatagram ? .udp : .tcp) {
      if version4 { kinds.append((4, isDatagram)) }
      if version6 { kinds.append((6, isDatagram)) }
    }
    var always: [Descriptor] = []
    for port in answerPorts {
      for kind in kinds where kind.isDatagram {
        always.append(try Self.hold(kind.version, kind.isDatagram, port))
      }
    }
    let candidates = wanted.map { [$0] } ?? Self.candidates
    var last = SystemError(22, "bind", "source port \(wanted ?? 0), which has to be 1024 to 65527")
    for first in candidates {
      guard let ports = SourcePorts(first: first) else { continue }
      do throws(SystemError) {
        var sockets: [Descriptor] = []
        for port in ports.all {
          for kind in kinds { sockets.append(try Self.hold(kind.version, kind.isDatagram, port)) }
        }
        self.ports = ports
        self.sockets = sockets + always
        return
      } catch {
        last = error
      }
    }
    throw last
  }

  /// Where ports are looked for.
  static let candidates = (0..<64).map { 47_000 + $0 * UInt16(SourcePorts.count) }

  private static func hold(_ version: Int32, _ isDatagram: Bool, _ port: UInt16) throws(SystemError)
    -> Descriptor
  {
    let number = CPacketRings_hold(version, isDatagram ? 1 : 0, port)
    guard number >= 0 else { throw SystemError(-number, "bind", "source port \(port)") }
    return Descriptor(owning: number)
  }
}
