import LinuxIO
package import Posture

extension Daemon {
  /// What is known of each LAN now, at full detail.
  package var posture: [PostureReport] { currentReports.map { graded(refreshed($0)) } }

  /// What the agent knows now.
  package var status: StatusDocument {
    var document = StatusDocument(
      configuration: configuration, gateway: identity.gateway, reports: reports.mapValues(graded),
      mud: reference.mud, isRunning: true)
    for index in document.lans.indices {
      let interface = document.lans[index].interface
      document.lans[index].scanning = scanning == interface
      document.lans[index].problem = problems[interface]
      document.lans[index].nextScanInSeconds = schedule.due(interface).map {
        max(0, ($0 - loop.now).milliseconds / 1000)
      }
    }
    document.broker = reporter.brokerStatus
    document.queued = reporter.queued
    document.problems =
      reporter.problems
      + [commands.problem, renewal?.problem, origin.problem, bundles?.problem, home.problem].compactMap(
        \.self) + (page?.problems.values.sorted() ?? [])
    if let broker = configuration.broker, let membership {
      document.problems.append(Self.ignored(broker, membership))
    }
    document.flash = StatusDocument.Flash(
      writtenBytes: DiskWrites.total, seconds: (loop.now - startedAt).milliseconds / 1000)
    document.start = origin.status(neighbours.current)
    document.withdrawn = consents.withdrawals.isEmpty ? nil : consents.withdrawals
    document.enrolment = membership.map { StatusDocument.Enrolment($0, of: identity.gateway) }
    document.commands = commands.latest.isEmpty ? nil : commands.latest
    document.advise()
    return document
  }
}
