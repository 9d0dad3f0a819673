import Addresses
import Cryptography
import FleetContract
import LinuxIO
import Posture
import Settings

extension Daemon {
  /// A new code for the household's page; one without a place where the page is not switched on.
  package func pageCode() -> PageCode {
    let none = PageCode(code: "", places: [], seconds: 0, problems: [])
    return (try? page?.makeCode()) ?? none
  }

  /// Forgets every browser that was paired.
  package func forgetBrowsers() { page?.forgetBrowsers() }

  /// What is kept closed, in the order of its ports.
  var closedPorts: [ClosingChange] {
    (news?.open.values).map(Array.init)?.sorted {
      ($0.target?.port.description ?? "", $0.id ?? "") < ($1.target?.port.description ?? "", $1.id ?? "")
    } ?? []
  }

  /// Takes up at once what the firewall's helper has noted.
  func closingsChanged() { news?.look() }

  /// The notices of the provider that are to be shown.
  var notices: [NoteBody.Notice] { notes.current(now: Clocks.wall) }

  /// Has every LAN scanned soon; `false` in quiet hours.
  func lookAgain() -> Bool {
    let minute = Clocks.localMinuteOfDay
    guard !configuration.isIdle, !configuration.quietHours.contains(where: { $0.contains(minute: minute) })
    else {
      return false
    }
    for lan in configuration.lans { schedule.hurry(lan.interface, to: loop.now) }
    // The answer goes out before the scan begins.
    _ = loop.after(.milliseconds(200)) { [weak self] in self?.scheduleNext() }
    return true
  }

  // MARK: - What happened

  /// Notes what happened.
  func happened(_ events: [AgentEvent]) { events.isEmpty ? () : eventLog.note(events) }

  /// Notes that the agent begins, and whether its configuration is another one than before.
  func noteStart(_ cause: StatusCause) {
    var start = AgentEvent(.agent, "started")
    start.reason = cause.rawValue
    let bytes = (try? Files.read(configuration.file, limit: 1 << 20)) ?? []
    var read = AgentEvent(.configuration, "changed")
    read.id = String(Hexadecimal.text(Digest.sha256(bytes)).prefix(16))
    let isNew = EventLog.lastConfiguration(paths) != read.id
    happened([start] + (isNew ? [read] : []))
  }

  /// Notes what a scan changed, within a bound.
  func noteChanges(_ changes: [DeviceChange], _ findings: PostureChange, of interface: String) {
    let report = currentReports.first { $0.scan.interface == interface }
    let devices = Dictionary((report?.devices ?? []).map { ($0.id, $0) }) { first, _ in first }
    var events = changes.map { AgentEvent($0, devices[$0.device]) }
    events += findings.opened.map { AgentEvent("opened", $0, devices[$0.device]) }
    events += findings.closed.map { AgentEvent("closed", $0, devices[$0.device]) }
    let more = events.count - EventLog.scanLimit
    events = events.prefix(EventLog.scanLimit).map { event in
      var event = event
      event.interface = interface
      return event
    }
    if more > 0 {
      var rest = AgentEvent(.scan, "more")
      (rest.interface, rest.count) = (interface, more)
      events.append(rest)
    }
    happened(events)
  }
}
