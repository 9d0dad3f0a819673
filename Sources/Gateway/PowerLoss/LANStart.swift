/// Whether the devices of the LAN came up together with this gateway, as far as listening tells.
///
/// Where they did, the house had no power. Where they had stayed up, this gateway alone was off: its plug was pulled, or
/// its power supply is failing. It is evidence for people, and changes no hold: a house whose switch has a battery and
/// whose gateway has none would otherwise come back with the first.
/// All times are of the clock that counts since the machine started.
package struct LANStart: Hashable, Sendable {
  /// What was heard of one device that was known before.
  package struct Sight: Hashable, Sendable {
    /// When it was first heard; `nil` where it was not.
    package var heard: Duration?
    /// When it first said that it had just come up.
    package var cameUp: Duration?

    package init(heard: Duration?, cameUp: Duration?) {
      self.heard = heard
      self.cameUp = cameUp
    }
  }

  /// One LAN: the devices that were there before, and since when it is listened to.
  package struct Watch: Hashable, Sendable {
    package var devices: [Sight]
    /// `nil` where nobody listens.
    package var began: Duration?

    package init(devices: [Sight], began: Duration?) {
      self.devices = devices
      self.began = began
    }
  }

  package enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// It is too early to say.
    case listening
    case startedAnew = "started_anew"
    case stayedUp = "stayed_up"
    /// Too few are known, too few were heard, or some came up and some had not.
    case unclear
  }

  /// For so long after it began, listening tells who came up with us: most devices have a link within a minute, and
  /// access points within two.
  package static let window: Duration = .seconds(180)
  /// Who begins to listen later may have missed who came up; that somebody did still counts.
  package static let latest: Duration = .seconds(120)
  /// Fewer devices are no LAN to judge by.
  package static let fewest = 3

  /// Devices that were there before this start.
  package let known: Int
  /// Those of them that came up within ``window``.
  package let startedAnew: Int
  /// Those that were heard within ``window``, and had been up.
  package let stayedUp: Int
  package let verdict: Verdict

  /// Judges what was heard until `now`.
  package init(_ lans: [Watch], now: Duration) {
    var (anew, there) = (0, 0)
    for lan in lans {
      guard let began = lan.began else { continue }
      let span = began...(began + Self.window)
      for device in lan.devices {
        if let time = device.cameUp, span.contains(time) {
          anew += 1
        } else if let time = device.heard, span.contains(time) {
          there += 1
        }
      }
    }
    known = lans.reduce(0) { $0 + $1.devices.count }
    startedAnew = anew
    stayedUp = there
    let begins = lans.filter { !$0.devices.isEmpty }.map(\.began)
    verdict = Self.verdict(known, anew, there, begins, now)
  }

  private static func verdict(
    _ known: Int, _ anew: Int, _ there: Int, _ begins: [Duration?], _ now: Duration
  ) -> Verdict {
    guard known >= fewest else { return .unclear }
    // Ever more of them come up: what is half now is no less later.
    if anew * 2 >= known { return .startedAnew }
    let sound = begins.compactMap(\.self)
    if sound.contains(where: { now < $0 + window }) { return .listening }
    // Nobody waits for ever for an interface that is not there.
    if begins.contains(nil) { return now < latest + window ? .listening : .unclear }
    let isEarly = sound.allSatisfy { $0 <= latest }
    let heard = anew + there
    return isEarly && heard >= fewest && heard * 2 >= known && there * 5 >= heard * 4 ? .stayedUp : .unclear
  }
}
