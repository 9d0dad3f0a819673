package import Addresses
import Cryptography
import Identify
package import LinuxIO
import Posture

/// Asks the ports of one round on a loop of its own, over ordinary connections.
package final class Looker {
  package typealias Told = (IPAddress, [UInt16: LookRound.Answer]) -> Void

  private let loop = EventLoop()
  private let interface: String
  private let mayAsk: (LookRound.Target) -> Bool
  private let told: Told
  private let turn: () throws -> Bool
  private var round: LookRound
  private var connections: [LookRound.ConnectionID: LookConnection] = [:]
  private var timer: EventLoop.Token?
  private var failure: (any Error)?

  private static let turnLength: Duration = .milliseconds(250)

  /// `mayAsk` is asked before every connection, `told` gets what each address said, and `turn` says four times a second
  /// whether to go on.
  package init(
    _ targets: [LookRound.Target], interface: String, mayAsk: @escaping (LookRound.Target) -> Bool,
    told: @escaping Told, turn: @escaping () throws -> Bool
  ) {
    round = LookRound(targets)
    self.interface = interface
    self.mayAsk = mayAsk
    self.told = told
    self.turn = turn
  }

  /// Returns when everybody was asked, or `turn` wanted no more.
  package func run() throws {
    guard !round.isFinished else { return }
    watch()
    advance()
    try loop.run()
    if let failure { throw failure }
  }

  private func watch() {
    _ = loop.after(Self.turnLength) { [self] in
      do {
        if try !turn() { round.end() }
      } catch {
        failure = error
        round.end()
      }
      advance()
      if !round.isFinished { watch() }
    }
  }

  private func advance() {
    for action in round.advance(now: loop.now, mayAsk: mayAsk) { perform(action) }
    loop.cancel(timer)
    guard !round.isFinished else { return loop.stop() }
    guard let wakeAt = round.wakeAt else { return }
    timer = loop.after(max(.milliseconds(1), wakeAt - loop.now)) { [self] in advance() }
  }

  private func perform(_ action: LookRound.Action) {
    switch action {
    case .connect(let id, let target):
      do throws(SystemError) {
        connections[id] = try LookConnection(
          to: Endpoint(target.address, target.port), interface: interface, loop: loop
        ) { [weak self] in self?.happened($0, at: id) }
      } catch {
        // There is no way to it just now; that is told on the loop, as every other end is.
        _ = loop.after(.zero) { [weak self] in self?.happened(.refused, at: id) }
      }
    case .send(let id, let bytes): connections[id]?.send(bytes)
    case .secure(let id): connections[id]?.secure()
    case .close(let id): connections.removeValue(forKey: id)?.close()
    case .told(let address, let answers): told(address, answers)
    }
  }

  private func happened(_ event: LookConnection.Event, at id: LookRound.ConnectionID) {
    let now = loop.now
    switch event {
    case .opened: round.opened(id, now: now)
    case .refused: round.refused(id, now: now)
    case .received(let bytes): round.received(id, bytes, now: now)
    case .secured(let facts): round.secured(id, facts.map { .init($0) } ?? [:], now: now)
    case .closed: round.closed(id, now: now)
    }
    advance()
  }
}
