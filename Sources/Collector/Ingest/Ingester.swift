import FleetContract
package import FleetStore
import LinuxIO
import MQTTClient
import Posture
import ServiceLifecycle

/// Stores what comes in, in batches, and acknowledges each batch after its commit.
package final class Ingester: ServiceLifecycle.Service {
  private let inbox: Inbox
  private let store: FleetStore
  private let link: BrokerLink
  private let board: NoticeBoard
  private let bootID: String
  private let impostors = Impostors()
  /// Where what was stored goes that tenants may know; `nil` where there are none.
  private let tenants: TenantQueue?

  /// How long what is kept.
  package let retention: Retention

  package init(
    from inbox: Inbox, into store: FleetStore, over link: BrokerLink, board: NoticeBoard,
    retention: Retention = Retention(), tenants: TenantQueue? = nil
  ) {
    self.tenants = tenants
    self.inbox = inbox
    self.store = store
    self.link = link
    self.board = board
    self.retention = retention
    let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64)
    let text = String(decoding: (bytes ?? []).prefix { $0 > 0x20 }, as: UTF8.self)
    self.bootID = text.isEmpty ? "unknown" : text
  }

  package func run() async throws {
    await withGracefulShutdownHandler {
      var pruned = Clocks.sinceBoot
      for await _ in inbox.wakes {
        while case let entries = inbox.take(), !entries.isEmpty {
          link.resume()
          guard await store(entries) else { return }
        }
        if Clocks.sinceBoot - pruned > .seconds(3600) {
          pruned = Clocks.sinceBoot
          try? await store.prune(retention, now: Clocks.wall)
        }
      }
    } onGracefulShutdown: {
      self.inbox.close()
    }
  }

  /// Stores the messages, however long that takes; `false` where the service ends before.
  ///
  /// What is not stored is not acknowledged, so its gateway sends it again.
  private func store(_ entries: [Inbox.Entry]) async -> Bool {
    var batch = Batch()
    for entry in entries {
      switch entry.judgement {
      case .store(let arrival): batch.arrivals.append(arrival)
      case .setAside(let message): batch.setAside.append(message)
      case .pass: break
      }
    }
    if batch.isEmpty { return true }
    var pause = Duration.milliseconds(500)
    var isFailing = false
    while true {
      do {
        let began = Clocks.sinceBoot
        let stored = try await commit(batch)
        board.figures.took(Clocks.sinceBoot - began)
        acknowledge(stored.acknowledgements)
        tenants?.put(stored.news)
        if isFailing {
          link.announce(online: true)
          board.post(.storeWorks)
        }
        impostors.note(batch.setAside, in: store)
        let reasons = Dictionary(grouping: batch.setAside, by: \.reason).mapValues(\.count)
        board.post(.stored(batch.arrivals.count, setAside: reasons))
        return true
      } catch {
        if !isFailing { link.announce(online: false) }
        isFailing = true
        board.post(.storeFails(error, retryIn: pause))
        if inbox.isClosed { return false }
        try? await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
        pause = min(pause * 2, .seconds(30))
      }
    }
  }

  /// Commits a batch; where one message in it cannot be stored by itself, that one is set aside.
  private func commit(_ batch: Batch) async throws(StoreError) -> StoredBatch {
    do {
      return try await store.commit(batch, telling: told)
    } catch  where !error.isPassing {
      var all = try await store.commit(Batch(setAside: batch.setAside), telling: told)
      try await commit(halvesOf: batch.arrivals[...], refusal: error, into: &all)
      return all
    }
  }

  /// The groups of gateways of which tenants are told.
  private var told: Set<String> { tenants?.groups ?? [] }

  /// Commits both halves of what was refused together, and what is refused alone it sets aside.
  private func commit(
    halvesOf arrivals: ArraySlice<Arrival>, refusal: StoreError, into all: inout StoredBatch
  ) async throws(StoreError) {
    guard arrivals.count > 1 else {
      guard let arrival = arrivals.first else { return }
      let message = SetAside(
        reason: "store", detail: refusal.description, topic: "\(Topic.root)/\(arrival.gateway)", payload: [],
        received: arrival.received)
      _ = try await store.commit(Batch(setAside: [message]))
      return
    }
    let middle = arrivals.startIndex + arrivals.count / 2
    for half in [arrivals[..<middle], arrivals[middle...]] {
      do {
        let stored = try await store.commit(Batch(arrivals: Array(half)), telling: told)
        all.acknowledgements.merge(stored.acknowledgements) { $1 }
        all.news.add(stored.news)
      } catch  where !error.isPassing {
        try await commit(halvesOf: half, refusal: error, into: &all)
      }
    }
  }

  private func acknowledge(_ stored: [GatewayID: AckBody]) {
    let writer = Acknowledgement(
      bootID: bootID, uptimeMilliseconds: Clocks.sinceBoot.milliseconds, time: Clocks.wall,
      clockSynced: Clocks.wallIsSynchronised)
    link.publish(stored.compactMap { writer.message($0.key, $0.value) })
  }
}
