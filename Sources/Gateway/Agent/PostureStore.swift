import FoundationEssentials
import LinuxIO
package import Posture

/// The last posture of each LAN on disk.
package struct PostureStore: Sendable {
  private let paths: Paths

  /// A report of the largest network with every port open stays far below this.
  private static let fileLimit = 16 * 1_048_576

  package init(_ paths: Paths) {
    self.paths = paths
  }

  /// The last report, or `nil` where there is none that can be read.
  package func read(_ interface: String) -> PostureReport? {
    guard let bytes = try? Files.read(paths.posture(of: interface), limit: Self.fileLimit) else { return nil }
    return try? JSONDecoder().decode(PostureReport.self, from: Data(bytes))
  }

  /// The last report by what is decided now; a list of decisions that cannot be read decides nothing.
  package func graded(_ interface: String) -> PostureReport? {
    let decisions = (try? DecisionStore(paths).read()) ?? []
    return read(interface).map { Judgement.graded($0, by: decisions, at: Clocks.wall) }
  }

  /// Every interface with a report.
  package var interfaces: [String] {
    ((try? Files.names(in: paths.state, suffix: ".json")) ?? []).compactMap { name in
      name.hasPrefix("posture-") ? String(name.dropFirst(8).dropLast(5)) : nil
    }
  }

  package func write(_ report: PostureReport) throws(AgentError) {
    let path = paths.posture(of: report.scan.interface)
    do {
      try Files.replace(path, with: try JSON.encode(report), mode: 0o600)
    } catch {
      throw AgentError(
        .state, "\(error); the posture of \(report.scan.interface) is kept in memory only: free space there")
    }
  }
}

extension PostureReport {
  /// The report as it would be at any other time, to see whether anything but the time has changed.
  var withoutTimes: PostureReport {
    var report = self
    report.scan.started = WallTime(milliseconds: 0)
    report.scan.durationMilliseconds = 0
    for index in report.devices.indices { report.devices[index].lastSeen = nil }
    return report
  }
}
