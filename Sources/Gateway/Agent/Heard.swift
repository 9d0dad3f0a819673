import Addresses
package import Classify
package import LANScan
package import Listening
import LinuxIO
package import Posture
import Traits

/// What listening adds to what a scan found.
package enum Heard {
  /// The findings with what their devices said unasked.
  ///
  /// `model` reads what traits are typical of. Without it facts alone are added, as by a scan by hand: in its few
  /// seconds is mostly heard what it has itself brought about.
  package static func added(
    to found: Scanner.Findings, from hearing: Hearing?, model: () -> Model? = { nil }
  ) -> Scanner.Findings {
    guard let hearing, !hearing.devices.isEmpty else { return found }
    var found = found
    let model = model()
    for index in found.devices.indices {
      for mac in found.devices[index].hardwareAddresses {
        guard let heard = hearing.devices[mac] else { continue }
        found.devices[index].facts.merge(heard.facts) { $1 }
        if isTelling(heard.traits), let clue = model?.classify(heard.traits)?.clue {
          found.devices[index].evidence.append(clue)
        }
      }
    }
    return found
  }

  /// Whether a device spoke of itself; that it is there, and answers us, is typical of nothing.
  static func isTelling(_ traits: Set<Trait>) -> Bool {
    traits.contains { [.wanted, .announces, .offers, .searches, .seeks].contains($0.family) }
  }

  /// The devices with what was heard of them before: one asks for its address once a day, not once a scan.
  static func kept(of earlier: [Device], on devices: [Device]) -> [Device] {
    let known = Dictionary(earlier.map { ($0.id, $0) }) { first, _ in first }
    return devices.map { device in
      var device = device
      device.facts.merge(known[device.id]?.facts ?? [:]) { now, _ in now }
      if device.evidence.isEmpty {
        device.evidence = known[device.id]?.evidence.filter { $0.source == .traffic } ?? []
      }
      if let name = device.facts[.dhcpHostName], !device.names.contains(name) { device.names.append(name) }
      return device
    }
  }

  /// The report with the moments at which its devices were last heard.
  ///
  /// `now` is the moment on the clock of `hearing` that `wall` is on the wall clock.
  package static func refreshed(
    _ report: PostureReport, by hearing: Hearing, now: Duration, wall: WallTime
  ) -> PostureReport {
    var report = report
    for index in report.devices.indices {
      let device = report.devices[index]
      guard let last = device.hardwareAddresses.compactMap({ hearing.devices[$0]?.last }).max() else {
        continue
      }
      let seen = WallTime(milliseconds: wall.milliseconds - (now - last).milliseconds)
      report.devices[index].lastSeen = max(device.lastSeen ?? seen, seen)
    }
    return report
  }
}

extension Device {
  var hardwareAddresses: [MACAddress] { [mac].compactMap(\.self) + otherMACs }
}
