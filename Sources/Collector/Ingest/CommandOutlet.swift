import FleetContract
package import FleetStore
import LinuxIO
import MQTTClient
import Posture
import ServiceLifecycle
import Synchronization

/// Publishes the signed commands that operators leave in the store.
///
/// It can neither make nor change one: it has no key.
package final class CommandOutlet: ServiceLifecycle.Service {
  private let store: FleetStore
  private let link: BrokerLink
  private let board: NoticeBoard
  /// What the broker has taken and the store has not been told of; filled by the broker's thread.
  private let taken = Mutex<[QueuedCommand]>([])

  /// How often the store is asked.
  private static let pause = Duration.milliseconds(250)
  /// A command that the broker has not taken for anybody is offered again after this long, until it expires.
  private static let patience = Duration.seconds(3)

  package init(from store: FleetStore, over link: BrokerLink, board: NoticeBoard) {
    self.store = store
    self.link = link
    self.board = board
  }

  package func run() async throws {
    var offered: [QueuedCommand: Duration] = [:]
    while !Task.isShuttingDownGracefully {
      noteTaken()
      let now = Clocks.sinceBoot
      offered = offered.filter { now - $0.value < Self.patience }
      // A store that cannot be read is told of by who writes it.
      let waiting = (try? store.unpublishedCommands(at: Clocks.wall, atMost: 500)) ?? []
      for command in waiting where offered[command] == nil {
        offered[command] = now
        publish(command)
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
    noteTaken()
  }

  private func noteTaken() {
    let commands = taken.withLock { list in
      defer { list = [] }
      return list
    }
    for command in commands {
      // Not noted, it is published again, and its gateway refuses the second.
      try? store.notePublished(command, at: Clocks.wall)
      board.post(.commanded(command.topic.description))
    }
  }

  private func publish(_ command: QueuedCommand) {
    let left = command.expires.milliseconds - Clocks.wall.milliseconds
    let message = MQTTMessage(
      topic: command.topic.description, payload: command.payload, contentType: SignedCommand.contentType,
      expiry: .seconds(max(1, (left + 999) / 1000)))
    link.publish(message) { [self] isTaken in
      if isTaken { taken.withLock { $0.append(command) } }
    }
  }
}
