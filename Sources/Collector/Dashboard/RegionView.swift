import FleetStore
import Foundation
import Posture
import Restoration

/// One group of gateways: who is on line, and its outage where there is or was one.
struct RegionView: Hashable, Sendable {
  enum State: String, Hashable, Sendable, Encodable {
    case calm, out, returning
  }

  /// `nil` for gateways of no group.
  var group: String?
  var online: Int
  var offline: Int
  var lost: Int
  var state = State.calm
  /// The outage in course, or the last one.
  var outage: Outage?
  /// Over how many seconds gateways are told to spread their return; `nil` where nothing is published.
  var window: Int64?

  /// The regions somebody may see.
  static func all(_ store: FleetStore, _ access: Access) throws -> [RegionView] {
    let watch = try store.restoration().flatMap {
      try? JSONDecoder().decode(FleetWatch.self, from: Data($0.state.utf8))
    }
    var views = try store.regions(groups: access.groups).map { count in
      RegionView(group: count.group, online: count.online, offline: count.offline, lost: count.lost)
    }
    for index in views.indices {
      guard let group = views[index].group, let area = watch?.areas[group] else { continue }
      views[index].outage = area.outage
      views[index].window = area.policy.windowSeconds
      views[index].state = !area.isOut ? .calm : area.outage?.returning == nil ? .out : .returning
    }
    return views
  }
}

extension RegionView: Encodable {
  private enum CodingKeys: String, CodingKey {
    case group, online, offline, lost, state, outage
    case window = "window_s"
  }

  private struct Story: Encodable {
    var cause: Outage.Cause
    var began: WallTime
    var returning: WallTime?
    var ended: WallTime?
    var eta: WallTime?
    var peak: Int
    var away: Int
  }

  func encode(to encoder: any Encoder) throws {
    func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(group, forKey: .group)
    try container.encode(online, forKey: .online)
    try container.encode(offline, forKey: .offline)
    try container.encode(lost, forKey: .lost)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(
      outage.map {
        Story(
          cause: $0.cause, began: time($0.began), returning: $0.returning.map(time),
          ended: $0.ended.map(time),
          eta: $0.eta.map(time), peak: $0.peak, away: $0.away)
      }, forKey: .outage)
    try container.encodeIfPresent(window, forKey: .window)
  }
}
