import Addresses
import Checks
import Cryptography
import FleetContract
import FoundationEssentials
import HTTPMessages
import LinuxIO
import LocalPage
import Posture
import Wording

/// Serves the household's page on the LANs, and has done what is pressed there as the command line would.
///
/// Nothing of it is there unless the configuration switches it on.
final class PageDesk {
  /// How often it is looked whether a LAN has another address.
  private static let pause: Duration = .seconds(15)
  /// How old what can be reached may be when a page shows it.
  private static let freshness: Duration = .seconds(60)
  /// How soon the LAN may be looked at again.
  private static let lookPause: Duration = .seconds(300)
  /// For how long what was pressed is told.
  private static let tellingTime: Duration = .seconds(600)
  private static let fileLimit = 65_536

  private struct Door {
    var server: PageServer
    var address: NetworkInterface.Attachment
    var interface: NetworkInterface
  }

  let configuration: AgentConfiguration.Page
  let paths: Paths
  let loop: EventLoop
  weak var daemon: Daemon?
  private var pairing: Pairing
  private var sessions: PageSessions
  private var doors: [String: Door] = [:]
  private var timer: EventLoop.Token?
  /// Why the page is not there, by LAN.
  private(set) var problems: [String: String] = [:]
  private var sight: PageSight?
  private var sightTime: Duration?
  private var isLooking = false
  private var isBusy = false
  /// Whether what was pressed was opened again at once, because something was not reached any more.
  private var wasRolledBack = false
  private var told: (text: LocalizedText, isBad: Bool, at: Duration)?
  /// Plans that were closed by what was pressed here.
  private var plans: Set<String> = []
  private var lookedAt: Duration?

  init(_ configuration: AgentConfiguration.Page, paths: Paths, loop: EventLoop) throws(AgentError) {
    self.configuration = configuration
    self.paths = paths
    self.loop = loop
    do throws(CryptoError) { pairing = try Pairing() } catch { throw AgentError(.failed, "\(error)") }
    sessions =
      (try? Files.read(paths.pageSessions, limit: Self.fileLimit))
      .flatMap { JSON.decode(PageSessions.self, $0) } ?? PageSessions()
  }

  func start(_ daemon: Daemon) {
    self.daemon = daemon
    renew()
  }

  func stop() {
    loop.cancel(timer)
    for door in doors.values { door.server.close() }
    doors = [:]
  }

  // MARK: - Where it is

  /// Listens where the LANs are now: an address may come later than we, and may change.
  private func renew() {
    timer = loop.after(Self.pause) { [weak self] in self?.renew() }
    for lan in daemon?.configuration.lans ?? [] {
      let name = lan.interface
      let interface = (try? NetworkInterface.named(name)) ?? nil
      guard let interface, let address = interface.addresses.first else {
        close(name)
        tell(name, "there is no address of version 4 on it")
        continue
      }
      if doors[name]?.address == address {
        doors[name]?.interface = interface
        continue
      }
      close(name)
      do throws(SystemError) {
        let server = try PageServer(
          at: address, port: configuration.port, interface: name, on: loop
        ) { [weak self] in self?.answer($0, $1, name) ?? PageReply(404, "") }
        doors[name] = Door(server: server, address: address, interface: interface)
        problems[name] = nil
        daemon?.note(
          Daemon.Note(isProblem: false, text: "the household's page is at http://\(server.place)/"))
      } catch {
        tell(name, "\(error); another 'port' of local_page may help")
      }
    }
  }

  private func close(_ name: String) { doors.removeValue(forKey: name)?.server.close() }

  private func tell(_ name: String, _ problem: String) {
    let text = "the household's page is not served on \(name): \(problem)"
    if problems[name] != text { daemon?.note(Daemon.Note(isProblem: true, text: text)) }
    problems[name] = text
  }

  // MARK: - Pairing

  /// A new code and where it is entered.
  func makeCode() throws(CryptoError) -> PageCode {
    PageCode(
      code: try pairing.makeCode(now: loop.now),
      places: doors.values.map { "http://\($0.server.place)/" }.sorted(),
      seconds: Pairing.lifetime.components.seconds, problems: problems.values.sorted())
  }

  func forgetBrowsers() {
    sessions = PageSessions()
    save()
    note("forgotten")
  }

  private func save() {
    if let bytes = try? JSON.encode(sessions) {
      try? Files.replace(paths.pageSessions, with: bytes, mode: 0o600)
    }
  }

  private func note(_ what: String, id: String? = nil) {
    var event = AgentEvent(.page, what)
    event.id = id
    daemon?.happened([event])
  }

  // MARK: - Requests

  private func answer(_ message: HTTPMessage, _ peer: IPv4Address, _ name: String) -> PageReply {
    guard let door = doors[name] else { return PageReply(404, "") }
    do throws(PageRequest.Refusal) {
      let request = try PageRequest(message, at: door.server.place.description)
      let frame = PageFrame(language: request.language)
      if request.kind == .style { return .style }
      // Who answers on the link now: not whose address it once was.
      let neighbours = (try? Neighbour.table(of: door.interface)) ?? []
      guard let mac = neighbours.first(where: { $0.address == .v4(peer) })?.hardwareAddress else {
        return PageReply(403, frame.only(PageWords.notHere))
      }
      if case .pair(let code) = request.kind { return pair(code, peer, mac, frame) }
      let known = sessions.look(
        request.session, on: mac, now: Clocks.wall, isClockSet: Clocks.wallIsSynchronised)
      if known == .seen { save() }
      guard known != .unknown, let secret = request.session else {
        return PageReply(request.kind == .page ? 200 : 403, frame.welcome())
      }
      let token = PageSessions.formToken(secret)
      guard case .press(let press) = request.kind else {
        return PageReply(200, page(token, request.language))
      }
      guard PasswordHash.isEqual(Array(press.token.utf8), Array(token.utf8)) else {
        return PageReply(403, frame.only(PageWords.otherPage))
      }
      return pressed(press, secret)
    } catch {
      return PageReply(error.status, PageFrame(language: .en).only(PageWords.refused))
    }
  }

  private func pair(_ code: String, _ peer: IPv4Address, _ mac: MACAddress, _ frame: PageFrame) -> PageReply {
    switch pairing.attempt(code, from: .v4(peer), now: loop.now) {
    case .right:
      guard let secret = try? sessions.begin(on: mac, now: Clocks.wall) else { return PageReply(403, "") }
      save()
      note("paired")
      let age = PageSessions.lifetimeMilliseconds / 1000
      return .toPage([
        "Set-Cookie: \(PageRequest.cookie)=\(secret); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
      ])
    case .wrong:
      note("wrong-code")
      return PageReply(403, frame.welcome(PageWords.wrongCode))
    case .none: return PageReply(403, frame.welcome(PageWords.noCode))
    case .locked(let rest):
      return PageReply(
        429, frame.welcome(PageWords.locked), headers: ["Retry-After: \(rest.components.seconds + 1)"])
    }
  }

  // MARK: - The page

  private func page(_ token: String, _ language: Language) -> String {
    guard let daemon else { return "" }
    look()
    let reports = daemon.posture
    let summary = SiteSummary(reports, daemon.profiles, language, made: Clocks.wall)
    var page = HouseholdPage(summary, token: token)
    page.closable = closable(reports.flatMap(\.findings))
    let numbers = Dictionary(
      summary.devices.map { ($0.address ?? "", $0.number) }, uniquingKeysWith: { first, _ in first })
    for device in reports.flatMap(\.devices) {
      guard let number = device.shownAddress.flatMap({ numbers[$0.description] }) else { continue }
      page.ownPages[number] = device.ownPage
    }
    page.closed = daemon.closedPorts.map { change in
      let isTrial = change.event == .applied && change.bootID == daemon.eventLog.bootID
      let left = change.seconds.map {
        max(0, $0 - Int((Clocks.sinceBoot.milliseconds - change.uptimeMilliseconds) / 1000))
      }
      let id = change.id ?? ""
      let thing = sight?.device(behind: id).flatMap { known in
        reports.flatMap(\.devices).first { $0.id == known }
      }
      let port = change.target?.port.description ?? ""
      let words = [thing?.kind.words[language], thing?.makeAndModel, thing?.shownAddress?.description]
      let name = words.compactMap(\.self).joined(separator: " ")
      return HouseholdPage.Closed(
        id: id, port: name.isEmpty ? port : "\(name) (\(port))",
        plan: isTrial ? change.plan.flatMap { plans.contains($0) ? $0 : nil } : nil,
        seconds: isTrial ? left : nil)
    }
    page.notes = daemon.notices.map { notice in
      let about = notice.findings.map { id in
        let check = String(id.prefix { $0 != ":" })
        return PageWords.title(of: check, language)
      }
      return HouseholdPage.Note(code: notice.code, isSafe: notice.state == .safe, about: about)
    }
    if let told, loop.now - told.at < Self.tellingTime { page.told = (told.text, told.isBad) }
    page.isBusy = isBusy
    page.isLooking = isLooking && sight == nil
    return page.rendered
  }

  /// The findings about which strangers can be kept out, and are not yet.
  private func closable(_ findings: [Finding]) -> Set<String> {
    sight?.closable(findings, closed: Set(daemon?.closedPorts.compactMap(\.id) ?? [])) ?? []
  }

  /// Has it looked at what strangers reach, where that was not done lately.
  private func look() {
    guard let daemon, daemon.closing.hasHelper, !isLooking,
      sightTime.map({ loop.now - $0 > Self.freshness }) ?? true
    else { return }
    isLooking = true
    daemon.closing.look(["exposures"]) { [weak self] outcome in
      guard let self else { return }
      isLooking = false
      sightTime = loop.now
      if outcome.status == 0 { sight = JSON.decode(PageSight.self, outcome.output) ?? sight }
    }
  }

  // MARK: - Buttons

  private func pressed(_ press: PageRequest.Press, _ secret: String) -> PageReply {
    guard let daemon, !isBusy else { return .toPage() }
    switch press.button {
    case .close:
      // Only what the page offers: the same is judged again by the command.
      let findings = daemon.posture.flatMap(\.findings).filter { $0.id == press.id }
      guard closable(findings).contains(press.id) else {
        return tell(PageWords.gone, isBad: true)
      }
      act("close", press.id) { daemon.closing.look(["fix", press.id, "--for", "10m"], completion: $0) }
    case .keep:
      guard plans.contains(press.id) else { return tell(PageWords.gone, isBad: true) }
      act("keep", press.id) { daemon.closing.run(["confirm", press.id], completion: $0) }
    case .open:
      guard daemon.closedPorts.contains(where: { $0.id == press.id }) else {
        return tell(PageWords.gone, isBad: true)
      }
      act("open", press.id) { daemon.closing.run(["undo", press.id], completion: $0) }
    case .look:
      guard lookedAt.map({ loop.now - $0 > Self.lookPause }) ?? true, daemon.lookAgain() else {
        return tell(PageWords.later, isBad: false)
      }
      lookedAt = loop.now
      note("look")
      return tell(PageWords.looking, isBad: false)
    case .leave:
      sessions.end(secret)
      save()
      note("left")
      return .toPage(["Set-Cookie: \(PageRequest.cookie)=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"])
    }
    return .toPage()
  }

  private func tell(_ text: LocalizedText, isBad: Bool) -> PageReply {
    told = (text, isBad, loop.now)
    return .toPage()
  }

  /// Takes up what the firewall's helper noted.
  func heard(_ changes: [ClosingChange]) {
    if isBusy, changes.contains(where: { $0.event == .rolledBack }) { wasRolledBack = true }
  }

  private func act(_ what: String, _ id: String, _ begin: (@escaping (ClosingDesk.Outcome) -> Void) -> Void) {
    isBusy = true
    wasRolledBack = false
    note(what, id: id)
    begin { [weak self] outcome in
      guard let self else { return }
      // What is closed has changed, and so has what can be reached.
      sightTime = nil
      daemon?.closingsChanged()
      isBusy = false
      if what == "close", let closed = JSON.decode(PageSight.Closed.self, outcome.output) {
        plans.formUnion(closed.closings.map(\.plan))
      }
      if outcome.status != 0 { note("failed", id: id) }
      let text = wasRolledBack ? PageWords.rolledBack : PageWords.outcome(of: what, outcome.status)
      told = (text, outcome.status != 0, loop.now)
    }
  }
}

extension PageRequest.Refusal {
  /// The status code (RFC 9110, section 15).
  fileprivate var status: Int {
    switch self {
    case .malformed: 400
    case .foreignHost: 421
    case .foreignOrigin: 403
    case .notThere: 404
    case .method: 405
    }
  }
}
