import Addresses
import LinuxIO
import Listening
import Posture
import PowerLoss

/// Watches, after a power loss, which of the devices known before come up together with this gateway.
final class NeighbourWatch {
  private var known: [(interface: String, devices: [[MACAddress]])] = []
  private var listener: (String) -> Listener? = { _ in nil }
  private var loop: EventLoop?
  private var timer: EventLoop.Token?
  /// What it came to; from then on nothing changes.
  private var result: LANStart?

  /// Phones and computers carry their power with them.
  private static let portable: Set<DeviceKind> = [.phone, .computer]

  /// Begins, with the reports of before; `told` hears of the end in words for the log.
  func begin(
    _ reports: [PostureReport], loop: EventLoop, listener: @escaping (String) -> Listener?,
    told: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.listener = listener
    known = reports.map { report in
      let devices = report.present.filter { !Self.portable.contains($0.kind) }
      return (report.scan.interface, devices.map(\.hardwareAddresses).filter { !$0.isEmpty })
    }
    look(told)
  }

  func stop() { loop?.cancel(timer) }

  /// What is known by now; `nil` where nothing is watched.
  var current: LANStart? {
    if let result { return result }
    guard let loop, !known.isEmpty else { return nil }
    let watches = known.map { lan in
      let listener = listener(lan.interface)
      let heard = listener?.hearing.devices ?? [:]
      let sights = lan.devices.map { addresses in
        let found = addresses.compactMap { heard[$0] }
        return LANStart.Sight(
          heard: found.map(\.first).min(), cameUp: found.compactMap(\.cameUp).min())
      }
      return LANStart.Watch(devices: sights, began: listener?.since)
    }
    return LANStart(watches, now: loop.now)
  }

  /// Looks until there is a verdict: what is heard later tells nothing of this start.
  private func look(_ told: @escaping (String) -> Void) {
    guard let loop, let now = current else { return }
    guard now.verdict == .listening else {
      result = now
      return told(Self.text(now))
    }
    timer = loop.after(Self.pause) { [weak self] in self?.look(told) }
  }

  /// Few looks, and each wakes us from nothing else.
  private static let pause: Duration = .seconds(30)

  private static func text(_ lan: LANStart) -> String {
    let counts = "\(lan.startedAnew) came up with this gateway, \(lan.stayedUp) had stayed up"
    let meaning =
      switch lan.verdict {
      case .startedAnew: "the house had no power"
      case .stayedUp: "this gateway alone seems to have had no power"
      case .listening, .unclear: "that tells nothing of the house"
      }
    return "of \(lan.known) devices known before, \(counts): \(meaning)"
  }
}
