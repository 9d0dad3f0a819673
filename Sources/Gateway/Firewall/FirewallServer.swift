import FoundationEssentials
package import LinuxIO
import Posture

/// The helper with the one privilege: answers root and the agent over a Unix socket, watches the firewall while
/// anything is closed, and ends when nothing is.
package final class FirewallServer {
  /// A line longer than this is no request of ours: a chunk of indicators is the longest.
  private static let requestLimit = 262_144
  private static let connectionLimit = 8
  private static let patience: Duration = .seconds(5)
  /// How long it stays when there is nothing to do: the next request often follows.
  private static let idle: Duration = .seconds(3)
  private static let renewal: Duration = .seconds(86_400)

  private let loop: EventLoop
  private let listener: Descriptor
  private let keeper: Keeper
  private let allowed: Set<UInt32>
  private let note: (String) -> Void
  private var events: RulesetEvents?
  private var routes: RouteEvents?
  private var reassertion = Reassertion()
  private var relearning = Reassertion()
  private var reloading = Reassertion()
  /// Our tables that others have changed, until that is looked at.
  private var touched: Set<OwnTable> = []
  private var debounce: EventLoop.Token?
  private var check: EventLoop.Token?
  private var rest: EventLoop.Token?
  private var accepting: EventLoop.Token?
  private var connections: [CInt: Connection] = [:]

  private struct Connection {
    let descriptor: Descriptor
    let initiator: Initiator
    var received: [UInt8] = []
    var unsent: ArraySlice<UInt8> = []
    var watch: EventLoop.Token?
    var timer: EventLoop.Token?
  }

  /// Serves `listener`; `allowed` are the users who may ask, beside root.
  package init(
    listener: Descriptor, keeper: Keeper, allowed: Set<UInt32>, on loop: EventLoop,
    note: @escaping (String) -> Void
  ) {
    self.listener = listener
    self.keeper = keeper
    self.allowed = allowed.union([0])
    self.loop = loop
    self.note = note
  }

  /// Takes over what is closed, and begins.
  package func start() {
    do { try keeper.reassert() } catch { note("what is closed could not be taken over: \(error)") }
    accepting = loop.watch(listener, for: .read) { [weak self] _ in self?.accept() }
    renewLater()
    lookAround()
    note("\(keeper.count) ports are kept closed")
  }

  private func renewLater() {
    _ = loop.after(Self.renewal) { [weak self] in
      do { try self?.keeper.renew() } catch { self?.note("the leases could not be renewed: \(error)") }
      self?.renewLater()
    }
  }

  /// Watches the firewall exactly while anything is closed, and ends when there is nothing to do.
  private func lookAround() {
    loop.cancel(check)
    if keeper.hasClosings {
      watchRuleset()
      watchRoutes()
      // A trial may end: the kernel does that, and does not tell.
      if let next = keeper.nextEnd {
        check = loop.after(next + .milliseconds(500)) { [weak self] in self?.lookAround() }
      }
      // It may stay for years, and what a request needed is not needed then.
      loop.cancel(rest)
      rest = loop.after(Self.idle) { Memory.release() }
    } else {
      check = loop.after(Self.idle) { [weak self] in
        guard let self else { return }
        connections.isEmpty && !keeper.hasClosings ? loop.stop() : lookAround()
      }
    }
  }

  private func watchRuleset() {
    guard events == nil else { return }
    do throws(SystemError) {
      let events = try RulesetEvents()
      self.events = events
      _ = loop.watch(events.descriptor, for: .read) { [weak self] _ in self?.rulesetChanged() }
    } catch {
      note("the firewall cannot be watched, so what others remove stays removed: \(error)")
    }
  }

  private func rulesetChanged() {
    touched.formUnion(events?.take(own: keeper.nft.ownProcesses) ?? [])
    guard !touched.isEmpty, debounce == nil else { return }
    debounce = loop.after(Reassertion.debounce) { [weak self] in self?.putRight() }
  }

  private func putRight() {
    debounce = nil
    let changed = touched
    touched = []
    if changed.contains(.use), relearning.begin(now: loop.now) {
      do {
        try keeper.relearn()
        note("somebody changed the table inet kadomori_use; what is used is learned anew")
      } catch { note("what is used is not learned: \(error)") }
    }
    if changed.contains(.indicators), reloading.begin(now: loop.now) {
      do {
        if let count = try keeper.restoreIndicators() {
          note("\(count) addresses of the list are kept out again")
        }
      } catch { note("the list of addresses is not loaded: \(error)") }
    }
    if changed.contains(.closings) { reassert() }
  }

  private func watchRoutes() {
    guard routes == nil else { return }
    do throws(SystemError) {
      let routes = try RouteEvents()
      self.routes = routes
      _ = loop.watch(routes.descriptor, for: .read) { [weak self] _ in
        if routes.take() { self?.followRoutes() }
      }
      // It may have changed while nobody watched.
      followRoutes()
    } catch {
      note("routes cannot be watched, so a line by another interface is not closed: \(error)")
    }
  }

  private func followRoutes() {
    do {
      let new = try keeper.followRoutes()
      if !new.isEmpty { note("the line comes by \(new.joined(separator: ", ")) too; closings hold there") }
    } catch { note("closings do not hold on another interface of the line: \(error)") }
  }

  private func reassert() {
    guard keeper.hasClosings else { return lookAround() }
    let was = reassertion.isContested
    guard reassertion.begin(now: loop.now) else {
      if !was {
        keeper.note(.alarm, count: keeper.count)
        note(
          "ALARM: somebody keeps removing what keeps ports closed, so it is left as it is; see 'kadomori closings'"
        )
      }
      return
    }
    do {
      let count = try keeper.reassert()
      keeper.note(.reasserted, count: count)
      note("somebody changed the table inet kadomori; \(count) closings were put right")
    } catch { note("what others changed could not be put right: \(error)") }
    lookAround()
  }
}

extension FirewallServer {
  private func accept() {
    guard let descriptor = UnixSocket.accept(listener) else { return }
    // Whoever may not ask is not even told so.
    guard let initiator = Initiator.peer(of: descriptor), allowed.contains(initiator.user) else { return }
    let number = descriptor.number
    var connection = Connection(descriptor: descriptor, initiator: initiator)
    connection.watch = loop.watch(descriptor, for: .read) { [weak self] ready in self?.serve(number, ready) }
    connection.timer = loop.after(Self.patience) { [weak self] in self?.end(number) }
    connections[number] = connection
    if connections.count >= Self.connectionLimit, let accepting { loop.change(accepting, to: []) }
  }

  private func serve(_ number: CInt, _ ready: EventLoop.Interest) {
    guard var connection = connections[number] else { return }
    if ready.contains(.write) { return flush(number) }
    guard let bytes = try? connection.descriptor.read(limit: 65_536), !bytes.isEmpty else {
      return end(number)
    }
    connection.received += bytes
    guard let newline = connection.received.firstIndex(of: 0x0a) else {
      connections[number] = connection
      if connection.received.count > Self.requestLimit { end(number) }
      return
    }
    connection.unsent = answer(connection.received[..<newline], by: connection.initiator)[...]
    connections[number] = connection
    flush(number)
    lookAround()
  }

  private func flush(_ number: CInt) {
    guard let connection = connections[number] else { return }
    let count =
      (try? connection.descriptor.write(connection.unsent.prefix(1 << 20))) ?? connection.unsent.count
    connections[number]?.unsent = connection.unsent.dropFirst(count)
    guard let watch = connection.watch, connections[number]?.unsent.isEmpty == false else {
      return end(number)
    }
    loop.change(watch, to: .write)
  }

  private func end(_ number: CInt) {
    guard let connection = connections.removeValue(forKey: number) else { return }
    loop.cancel(connection.watch)
    loop.cancel(connection.timer)
    if let accepting { loop.change(accepting, to: .read) }
  }

  private func answer(_ line: ArraySlice<UInt8>, by initiator: Initiator) -> [UInt8] {
    var body: [UInt8] = []
    let answer: FirewallAnswer
    if let request = FirewallRequest(line: line) {
      do throws(FirewallError) { answer = try carryOut(request, by: initiator, &body) } catch {
        answer = .fault(error)
      }
    } else {
      answer = .fault(
        FirewallError(.refused, "the helper does not understand the request; is it of another version?"))
    }
    return [UInt8]((try? JSONEncoder().encode(answer)) ?? Data()) + [0x0a] + body
  }

  private func carryOut(
    _ request: FirewallRequest, by initiator: Initiator, _ body: inout [UInt8]
  ) throws(FirewallError) -> FirewallAnswer {
    switch request {
    case .close(let order):
      reassertion.forget()
      return .closings(
        try keeper.close(order, by: try initiator.acting(for: order.operators)), contested: false)
    case .confirm(let plan, let operators):
      reassertion.forget()
      return .closings(
        try keeper.confirm(plan, by: try initiator.acting(for: operators)), contested: false)
    case .undo(let ids, let operators):
      return .closings(try keeper.undo(ids, by: try initiator.acting(for: operators)), contested: false)
    case .rollBack(let ids, let checks, let operators):
      return .closings(
        try keeper.undo(ids, by: try initiator.acting(for: operators), because: checks), contested: false)
    case .verified(let ids, let checks):
      try keeper.verified(ids, checks)
      return .done
    case .undoAll:
      try keeper.undoAll(by: initiator)
      return .done
    case .history:
      try keeper.learn()
      return .history(keeper.history.changes)
    case .closings: return .closings(try keeper.list(), contested: reassertion.isContested)
    case .ruleset: body = try keeper.ruleset()
    case .use(let sides): body = try keeper.use(sides)
    case .forgetUse:
      try keeper.forgetUse()
      return .done
    case .loadIndicators(let chunk): return .loaded(try keeper.load(chunk))
    case .keepIndicators:
      try keeper.store.indicators.keep()
      return .done
    case .clearIndicators:
      try keeper.clearIndicators()
      return .done
    case .indicatorHits:
      guard let hits = try keeper.indicatorHits() else {
        throw FirewallError(
          .notFound, "no list of addresses is loaded; see 'kadomori indicators load --help'")
      }
      return .hits(hits)
    case .hold(let order):
      try keeper.hold(order)
      return .done
    }
    return .document(bytes: body.count)
  }
}
