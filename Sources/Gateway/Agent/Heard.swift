import Addresses
package import Classify
package import LANScan
package import Listening
import LinuxIO
package import Posture

/// What listening adds to what a scan found.
package enum Heard {
  /// The findings with what their devices said unasked, and with the moment they were last heard.
  ///
  /// What was said before, and not since, still stands: a device asks for its address once a day, not once a scan.
  /// `model` reads what the devices' traits are typical of, and is only called where somebody was heard.
  package static func added(
    to found: Scanner.Findings, from hearing: Hearing?, previous: PostureReport?, model: () -> Model?
  ) -> Scanner.Findings {
    var found = found
    let known = Dictionary((previous?.devices ?? []).map { ($0.id, $0) }) { first, _ in first }
    let model = hearing?.devices.isEmpty == false ? model() : nil
    for index in found.devices.indices {
      var device = found.devices[index]
      let earlier = known[device.id]
      device.facts.merge(earlier?.facts ?? [:]) { $1 }
      var clue = earlier?.evidence.first { $0.source == .traffic }
      for mac in device.hardwareAddresses {
        guard let heard = hearing?.devices[mac] else { continue }
        device.facts.merge(heard.facts) { $1 }
        clue = heard.traits.isEmpty ? clue : model?.classify(heard.traits)?.clue ?? clue
      }
      if let clue { device.evidence.append(clue) }
      if let name = device.facts[.dhcpHostName], !device.names.contains(name) { device.names.append(name) }
      found.devices[index] = device
    }
    return found
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
