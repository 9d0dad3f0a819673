import NIOCore
import Synchronization

/// Who is connected, and from where.
final class Guests: Sendable {
  /// An address that has all the connections it may have.
  struct TooMany: Error {}

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var sources: [String: Int] = [:]
    /// Those who have had their last answer.
    var dismissed: Set<ObjectIdentifier> = []
    var isLeaving = false
  }

  private let state = Mutex(State())
  private let limits: WebServer.Limits
  private let emptied: @Sendable () -> Void

  /// `emptied` is called when all have left who were asked to.
  init(_ limits: WebServer.Limits, emptied: @escaping @Sendable () -> Void) {
    self.limits = limits
    self.emptied = emptied
  }

  /// Counts a connection until it is closed; `nil` is a source that is not counted.
  func admit(_ channel: any Channel, from source: String?) throws(TooMany) {
    let isAdmitted = state.withLock { state in
      if let source {
        guard state.sources[source, default: 0] < limits.fromOneAddress else { return false }
        state.sources[source, default: 0] += 1
      }
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
    guard isAdmitted else { throw TooMany() }
    channel.closeFuture.whenComplete { [self] _ in
      let isLast = state.withLock { state in
        state.channels[ObjectIdentifier(channel)] = nil
        state.dismissed.remove(ObjectIdentifier(channel))
        if let source {
          let left = state.sources[source, default: 1] - 1
          state.sources[source] = left > 0 ? left : nil
        }
        return state.isLeaving && state.channels.isEmpty
      }
      if isLast { emptied() }
    }
  }

  /// Says that what was sent was all; what comes behind it is let go by until the client ends, or our patience.
  ///
  /// Closed at once, with bytes of the client unread, the kernel would reset the connection and lose the answer.
  func dismiss(_ channel: any Channel) {
    state.withLock { _ = $0.dismissed.insert(ObjectIdentifier(channel)) }
    channel.close(mode: .output, promise: nil)
  }

  func isDismissed(_ channel: any Channel) -> Bool {
    state.withLock { $0.dismissed.contains(ObjectIdentifier(channel)) }
  }

  /// Asks everybody to leave after the answer they wait for, and closes what is left after the farewell.
  func leave() {
    let channels = state.withLock { state in
      state.isLeaving = true
      return Array(state.channels.values)
    }
    if channels.isEmpty { return emptied() }
    for channel in channels {
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      channel.eventLoop.scheduleTask(in: TimeAmount(limits.farewell)) { channel.close(promise: nil) }
    }
  }
}
