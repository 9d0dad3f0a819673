import FleetStore
import Foundation
import Posture
import Restoration

/// What `restoration --json` prints: every area, its last outage, and what is published for it.
struct RestorationStatus: Encodable {
  struct Area: Encodable {
    struct Sample: Encodable {
      var time: WallTime
      var away: Int
    }

    enum State: String, Encodable { case calm, out, returning }

    var group: String
    var known: Int
    var state: State
    var policy: AreaPolicy
    /// The outage in course, or the last one.
    var outage: LastOutage?

    struct LastOutage: Encodable {
      var cause: Outage.Cause
      var began: WallTime
      var returning: WallTime?
      var ended: WallTime?
      var eta: WallTime?
      var peak: Int
      var away: Int
      var curve: [Sample]
    }
  }

  /// When the collector that runs changed anything of it last.
  var changed: WallTime
  var load: Double
  var best: Double
  /// New sessions a second that the pace goes by, as far as the broker has shown; absent before the first look.
  var capacity: Double?
  var areas: [Area]
  var announced: [AnnouncedOutage]
  private let watch: FleetWatch

  private enum CodingKeys: String, CodingKey {
    case changed, areas, announced
    case load = "load_of_capacity"
    case best = "best_sessions_per_s"
    case capacity = "capacity_per_s"
  }

  /// Reads what the collector keeps; `nil` where it keeps nothing.
  init?(_ store: FleetStore, now: WallTime) throws {
    guard let (text, changed) = try store.restoration() else { return nil }
    watch = try JSONDecoder().decode(FleetWatch.self, from: Data(text.utf8))
    self.changed = changed
    load = watch.load
    best = watch.best
    capacity = watch.capacity
    areas = watch.areas.sorted { $0.key < $1.key }.map { Area($0.key, $0.value) }
    announced = try store.announcedOutages(at: now)
  }

  var table: Table {
    var table = Table(["GROUP", "KNOWN", "AWAY", "STATE", "WINDOW", "SPEED", "ETA"])
    for area in areas {
      let away = area.state == .calm ? "-" : area.outage.map { "\($0.away)" } ?? "-"
      table.add([
        area.group, "\(area.known)", away, area.state.rawValue, "\(area.policy.windowSeconds) s",
        "\(area.policy.speed)", area.outage?.eta.cell ?? "-",
      ])
    }
    return table
  }

  var curve: ReturnCurve {
    let lines = watch.areas.sorted { $0.key < $1.key }.compactMap { group, area -> ReturnCurve.Line? in
      guard let outage = area.outage, let first = outage.samples.first else { return nil }
      let most = Double(max(1, outage.samples.map(\.away).max() ?? 1))
      return ReturnCurve.Line(
        name: group,
        points: outage.samples.map {
          ReturnCurve.Line.Point(Double($0.time - first.time) / 1000, 1 - Double($0.away) / most)
        })
    }
    return ReturnCurve(lines, title: "gateways with a session, of those that were away")
  }
}

extension RestorationStatus.Area {
  init(_ group: String, _ area: FleetWatch.Area) {
    self.group = group
    known = area.known
    policy = area.policy
    state = !area.isOut ? .calm : area.outage?.returning == nil ? .out : .returning
    outage = area.outage.map(LastOutage.init)
  }

  /// The curve of the last outage with what stands beside it.
  var picture: String? {
    guard let outage, let first = outage.curve.first, let last = outage.curve.last else { return nil }
    let all = Outage(
      cause: outage.cause, began: outage.began.milliseconds, peak: outage.peak,
      samples: outage.curve.map { Outage.Sample(time: $0.time.milliseconds, away: $0.away) })
    let ended = outage.ended.map { ", over since \($0)" } ?? ""
    let head =
      "\(TerminalText.line(group, limit: 64)): \(outage.away) away of \(outage.peak) at the worst, \(outage.cause.rawValue) since \(outage.began)\(ended)"
    let rows = ReturnPicture.lines(all).enumerated().map { index, line in
      (index == 0 ? "100 % " : index == 5 ? "  0 % " : "      ") + "|" + line
    }
    return ([head] + rows + ["       \(first.time)  to  \(last.time)"]).joined(separator: "\n")
  }
}

extension RestorationStatus.Area.LastOutage {
  init(_ outage: Outage) {
    func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }
    cause = outage.cause
    began = time(outage.began)
    returning = outage.returning.map(time)
    ended = outage.ended.map(time)
    eta = outage.eta.map(time)
    peak = outage.peak
    away = outage.away
    curve = outage.samples.map { RestorationStatus.Area.Sample(time: time($0.time), away: $0.away) }
  }
}
