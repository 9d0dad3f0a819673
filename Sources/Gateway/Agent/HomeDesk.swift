import FleetContract
import HomeAssistant
import LinuxIO
import Posture

/// Shows the gateway in the household's Home Assistant where the owner says so, and removes it where they no longer do.
final class HomeDesk {
  private let wanted: HomeBroker?
  private let gateway: GatewayID
  private let path: String
  private let loop: EventLoop
  private let note: (Daemon.Note) -> Void
  private var shown: HomeLink?
  private var removing: HomeLink?
  private var state: HomeState?

  init(
    _ wanted: HomeBroker?, of gateway: GatewayID, paths: Paths, loop: EventLoop,
    note: @escaping (Daemon.Note) -> Void
  ) {
    self.wanted = wanted
    self.gateway = gateway
    path = paths.homeAssistant
    self.loop = loop
    self.note = note
  }

  var problem: String? { shown?.problem ?? removing?.problem }

  /// Begins; what was told to another broker, or under another prefix, is removed there first.
  func start(_ reports: [PostureReport]) {
    tell(reports)
    let told = (try? Files.read(path, limit: 4096)).flatMap { JSON.decode(HomeBroker.self, $0) }
    guard let told, !told.isSamePlace(as: wanted) else { return show() }
    let link = link(told, .remove)
    link.removed = { [weak self] in
      guard let self else { return }
      removing = nil
      try? Files.remove(path)
      show()
    }
    removing = link
    link.start()
  }

  func tell(_ reports: [PostureReport]) {
    guard wanted != nil else { return }
    let new = HomeState(reports, isClockSet: Clocks.wallIsSynchronised)
    state = new
    shown?.tell(new)
  }

  func stop() {
    shown?.stop()
    removing?.stop()
  }

  private func show() {
    guard let wanted else { return }
    // On disk before anything is told, so that it can be taken back whatever happens.
    guard let text = try? JSON.encode(wanted), (try? Files.replace(path, with: text, mode: 0o600)) != nil
    else {
      return note(
        Daemon.Note(
          isProblem: true,
          text: "\(path): cannot be written, so Home Assistant is told nothing; free space there"))
    }
    let link = link(wanted, .show)
    if let state { link.tell(state) }
    shown = link
    link.start()
  }

  private func link(_ broker: HomeBroker, _ task: HomeLink.Task) -> HomeLink {
    HomeLink(
      broker, HomeDevice(gateway: gateway.text, version: AgentVersion.current, broker: broker), task,
      loop: loop
    ) { [note] in note(Daemon.Note(isProblem: $0, text: $1)) }
  }
}
