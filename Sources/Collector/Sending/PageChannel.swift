import LinuxIO
package import MQTTClient
import Posture
import Synchronization

/// Publishes notes for the pages of households, all over one session of its own.
package final class PageChannel: SendingChannel {
  /// Where the broker is.
  package enum Place: Hashable, Sendable {
    case at(MQTTEndpoint)
    /// Why nobody knows.
    case nowhere(String)
  }

  private enum Line {
    case idle
    case up(MQTTSession)
    /// Why it is not tried again: ten thousand notes would each wait for a broker that is away.
    case down(String)
  }

  /// How long the broker has for each answer.
  private static let patience: Duration = .seconds(10)
  /// The broker took the message, and threw it away: the gateway never was there, or was away for too long.
  private static let nobodyListens: UInt8 = 0x10

  private let place: Place
  private let configuration: MQTTConfiguration
  private let bootID: String
  private let line = Mutex<Line>(.idle)

  /// The client's name in `configuration` is nobody else's: a session under that name ends.
  package init(to place: Place, as configuration: MQTTConfiguration) {
    self.place = place
    var own = configuration
    own.cleanStart = true
    own.sessionExpiry = .zero
    self.configuration = own
    let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
    let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    bootID = text.isEmpty ? "unknown" : text
  }

  deinit {
    line.withLock { if case .up(let session) = $0 { _ = session.disconnect() } }
  }

  package func send(_ notice: OutgoingNotice) -> SendingOutcome {
    let origin = PageNote.Origin(
      time: Clocks.wall, isClockSet: Clocks.wallIsSynchronised, bootID: bootID,
      uptimeMilliseconds: Clocks.sinceBoot.milliseconds)
    guard let message = PageNote.message(notice, made: origin) else {
      return .refused("no gateway would take a note about '\(notice.finding)'")
    }
    return line.withLock { line in
      if case .idle = line { line = connected() }
      switch line {
      case .idle: return .later("there is no connection")
      case .down(let problem): return .later(problem)
      case .up(let session):
        let (outcome, isOver) = Self.publish(message, over: session)
        if isOver { line = .down("the session at the broker ended") }
        return outcome
      }
    }
  }

  private func connected() -> Line {
    let endpoint: MQTTEndpoint
    switch place {
    case .nowhere(let problem): return .down(problem)
    case .at(let known): endpoint = known
    }
    do throws(MQTTError) {
      let session = try MQTTSession(configuration)
      try session.connect(to: endpoint)
      let end = Clocks.sinceBoot + Self.patience
      while Clocks.sinceBoot < end {
        for event in session.turn(milliseconds: 100) {
          switch event {
          case .connected: return .up(session)
          case .refused(let reason, _): return .down("the broker at \(endpoint) refuses us: \(reason)")
          case .disconnected(let error): return .down(error.description)
          default: break
          }
        }
      }
      _ = session.disconnect()
      return .down("the broker at \(endpoint) does not answer")
    } catch {
      return .down(error.description)
    }
  }

  /// What became of a message, and whether the session is over.
  private static func publish(
    _ message: MQTTMessage, over session: MQTTSession
  ) -> (SendingOutcome, isOver: Bool) {
    let sent: Int
    do throws(MQTTError) { sent = try session.publish(message) } catch {
      return (.later(error.description), true)
    }
    let end = Clocks.sinceBoot + patience
    while Clocks.sinceBoot < end {
      for event in session.turn(milliseconds: 100) {
        switch event {
        case .published(sent, let reason): return (outcome(of: reason, message.topic), false)
        case .disconnected(let error): return (.unknown(error.description), true)
        default: break
        }
      }
    }
    _ = session.disconnect()
    return (.unknown("the broker did not say that it has it"), true)
  }

  private static func outcome(of reason: MQTTReason, _ topic: String) -> SendingOutcome {
    if reason.code == nobodyListens { return .later("the broker keeps nothing for this gateway now") }
    // Whoever looks after the broker can give the right, and then it goes.
    if reason.isError { return .later("the broker does not take \(topic) from us: \(reason)") }
    return .sent("the broker has it")
  }
}
