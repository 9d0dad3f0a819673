package import FleetContract
package import FleetStore
import LinuxIO
import MQTTClient
import Posture
import ServiceLifecycle

/// Publishes for tenants what the store has of their gateways.
///
/// Findings go out once each, in the order in which they were stored. States are read from the store when they go out, so
/// what the broker keeps is never older than that; with every new session at the broker all of them go out again.
package final class TenantOutlet: ServiceLifecycle.Service {
  private let queue: TenantQueue
  private let store: FleetStore
  private let link: BrokerLink
  private let figures: IngestFigures

  private static let pause = Duration.milliseconds(100)
  /// How often the store is asked whose states are to be taken away.
  private static let stalePause = Duration.milliseconds(500)
  /// How many findings or gateways go out before something else has its turn.
  private static let atOnce = 500
  /// How long what waits at the end may take.
  private static let farewell = Duration.seconds(3)

  package init(_ queue: TenantQueue, from store: FleetStore, over link: BrokerLink, board: NoticeBoard) {
    self.queue = queue
    self.store = store
    self.link = link
    self.figures = board.figures
  }

  /// How far it is.
  private struct Progress {
    /// The session of which all states were begun to be published; none at first.
    var session = 0
    /// The last gateway of whom all states were published; `nil` where that is done.
    var last: String?
    var hasDoubted = false
    var looked = Duration.zero
  }

  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.publish() }
      group.addTask {
        try? await gracefulShutdown()
        try? await Task.sleep(for: Self.farewell)
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func publish() async {
    var progress = Progress()
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      await turn(&progress)
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
    while await publishFindings() {}
    while await publishStates() {}
  }

  /// Publishes until nothing waits, or until it cannot.
  private func turn(_ progress: inout Progress) async {
    let values = figures.values
    guard values.isConnected else { return }
    if values.connections != progress.session || queue.takeBehind() {
      progress.session = values.connections
      progress.last = ""
    }
    do {
      if !progress.hasDoubted {
        try store.doubtTopics(but: queue.groupsByTenant)
        progress.hasDoubted = true
      }
      if Clocks.sinceBoot - progress.looked > Self.stalePause {
        progress.looked = Clocks.sinceBoot
        try await clearStale()
      }
    } catch {
      // A store that cannot be read is told of by who writes it.
      return
    }
    var isBusy = true
    while isBusy, !Task.isCancelled {
      isBusy = await publishFindings()
      if await publishStates() { isBusy = true }
      if let last = progress.last {
        progress.last = await publishPage(after: last)
        if progress.last == last { return }
        isBusy = true
      }
    }
  }

  // MARK: Findings

  /// Publishes the oldest findings that wait; `false` where there are none, or they cannot be published now.
  private func publishFindings() async -> Bool {
    let waiting = queue.findings(atMost: Self.atOnce)
    guard !waiting.isEmpty, figures.values.isConnected, let known = try? store.standings(of: waiting) else {
      return false
    }
    var messages: [MQTTMessage] = []
    var withheld = 0
    for stored in waiting {
      // One that was erased meanwhile, or has another group now, is for nobody or for others.
      guard let standing = known[stored.gateway]?[stored.event.finding.id],
        let tenants = queue.tenants[standing.group]
      else { continue }
      guard
        let view = TenantFinding(
          stored.event.event, stored.event.finding, of: stored.gateway, seq: stored.seq, time: stored.time,
          deviceKind: standing.kind, stage: standing.stage),
        let payload = try? view.payload()
      else {
        withheld += 1
        continue
      }
      messages += tenants.map { message($0, stored.gateway, .event(.finding), payload, view.contentType) }
    }
    let answer = await link.offer(messages)
    // Not one was handed over, so all of them wait for the next session.
    guard answer.handedOver > 0 || messages.isEmpty else { return false }
    queue.drop(waiting.count)
    figures.publishedForTenants(answer.taken, withheld: withheld)
    if messages.count > answer.taken { figures.lostForTenants(messages.count - answer.taken) }
    return true
  }

  private func message(
    _ tenant: TopicName, _ gateway: GatewayID, _ channel: TenantChannel, _ payload: [UInt8], _ type: String?
  ) -> MQTTMessage {
    let topic = Topic.tenant(tenant, gateway, channel)
    var message = MQTTMessage(
      topic: topic.description, payload: payload, retain: topic.delivery.retained, contentType: type)
    if case .after(let time) = topic.delivery.expiry { message.expiry = time }
    return message
  }

  // MARK: States

  /// Publishes states of gateways that were not what they are; `false` where there are none.
  private func publishStates() async -> Bool {
    let gateways = queue.takeStates(atMost: Self.atOnce)
    if gateways.isEmpty { return false }
    if await publish(statesOf: gateways) { return true }
    // Of another session all states are published, and this would be one of them.
    var again = TenantNews()
    again.states = Set(gateways)
    queue.put(again)
    return false
  }

  /// Publishes the next states of all; the last gateway among them, `nil` at the end.
  private func publishPage(after last: String) async -> String? {
    let page = try? store.gateways(in: queue.groups.sorted(), after: last, atMost: Self.atOnce)
    guard let page else { return last }
    guard let end = page.last else { return nil }
    return await publish(statesOf: page) ? end.text : last
  }

  /// Publishes what the store has of gateways, until it has nothing else: another collector may have stored something
  /// meanwhile, and published it before us.
  private func publish(statesOf gateways: [GatewayID]) async -> Bool {
    guard var states = try? store.tenantGateways(gateways) else { return false }
    for _ in 0..<5 {
      guard let left = try? store.note(states.flatMap(topics)) else { return false }
      // One that left its group since it was read is looked at again, in its new one.
      let movers = Set(left.map(\.gateway))
      states.removeAll { movers.contains($0.gateway) }
      var again = TenantNews()
      again.states = movers
      queue.put(again)
      let messages = states.flatMap(messages)
      if messages.isEmpty { return true }
      guard await link.offer(messages).taken == messages.count else { return false }
      guard store.isShared else { return true }
      guard let now = try? store.tenantGateways(gateways) else { return false }
      let before = Set(states)
      states = now.filter { !before.contains($0) }
    }
    return true
  }

  private func topics(_ state: TenantGateway) -> [TenantTopics] {
    (queue.tenants[state.group] ?? []).map {
      TenantTopics(gateway: state.gateway, tenant: $0, group: state.group)
    }
  }

  private func messages(_ state: TenantGateway) -> [MQTTMessage] {
    (queue.tenants[state.group] ?? []).flatMap { tenant in
      var all: [MQTTMessage] = []
      if let status = state.status, let payload = try? status.payload() {
        all.append(message(tenant, state.gateway, .status, payload, status.contentType))
      }
      if let posture = state.posture, let payload = try? posture.payload() {
        all.append(message(tenant, state.gateway, .posture, payload, posture.contentType))
      }
      return all
    }
  }

  /// Takes away what the broker keeps of gateways that are no more their tenants'.
  private func clearStale() async throws(StoreError) {
    let stale = try store.staleTopics(atMost: Self.atOnce)
    if stale.isEmpty { return }
    let gone = stale.filter { !(queue.tenants[$0.group ?? ""] ?? []).contains($0.tenant) }
    // An empty retained message has the broker forget the one before (MQTT 5, section 3.3.1.3).
    let messages = gone.flatMap { topics in
      [.status, .posture].map { message(topics.tenant, topics.gateway, $0, [], nil) }
    }
    guard await link.offer(messages).taken == messages.count else { return }
    try store.settle(cleared: gone, kept: stale.filter { !gone.contains($0) })
    var moved = TenantNews()
    moved.states = Set(stale.filter { queue.tenants[$0.group ?? ""] != nil }.map(\.gateway))
    queue.put(moved)
  }
}

extension TenantQueue {
  /// The groups of each tenant.
  fileprivate var groupsByTenant: [TopicName: [String]] {
    var all: [TopicName: [String]] = [:]
    for (group, names) in tenants {
      for name in names { all[name, default: []].append(group) }
    }
    return all
  }
}
