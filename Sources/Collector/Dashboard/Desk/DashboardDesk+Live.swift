import FleetStore
import Posture
import Synchronization
import Web

extension DashboardDesk {
  /// Live lists that one visit or token may have open.
  static let watcherLimit = 4
  /// Live lists in all.
  static let watcherLimitForAll = 128
  /// How often the store is looked at for a live list; a look counts every gateway that may be seen.
  static let pace: Duration = .seconds(2)

  /// Sends the list of regions whenever it changes, as server-sent events (HTML standard, section 9.2).
  func live(
    _ access: Access, hash: String, _ text: @escaping @Sendable ([RegionView]) -> String
  ) -> WebReply {
    let isAdmitted = watchers.withLock { open in
      guard open[hash, default: 0] < Self.watcherLimit,
        open.values.reduce(0, +) < Self.watcherLimitForAll
      else { return false }
      open[hash, default: 0] += 1
      return true
    }
    guard isAdmitted else {
      var reply = WebReply(429, "text/plain; charset=utf-8", "too many live lists are open\n")
      reply.set("Retry-After", "10")
      return reply
    }
    return WebReply(
      200, headers: [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")],
      body: .stream { [self] stream in
        await send(access, hash, stream, text)
        watchers.withLock { open in
          let left = open[hash, default: 1] - 1
          open[hash] = left > 0 ? left : nil
        }
      })
  }

  private func send(
    _ access: Access, _ hash: String, _ stream: WebStream, _ text: @Sendable ([RegionView]) -> String
  ) async {
    var sent: String?
    var quiet = 0
    // Who signs out, is removed or whose token ends hears no more, so this is looked at again each time.
    while !Task.isCancelled, isStillIn(hash) {
      guard let regions = try? RegionView.all(store, access) else { break }
      let now = text(regions)
      if now != sent {
        sent = now
        quiet = 0
        let lines = now.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }
        guard await stream.send("event: regions\n\(lines.joined())\n") else { return }
      } else {
        quiet += 1
        // A line that means nothing shows both sides, and all between, that the connection stands.
        if quiet % 5 == 0 {
          guard await stream.send(": \n\n") else { return }
        }
      }
      do { try await Task.sleep(for: Self.pace) } catch { return }
    }
  }

  private func isStillIn(_ hash: String) -> Bool {
    if hash.hasPrefix("token ") {
      let token = try? store.accessToken(String(hash.dropFirst(6)))
      return token?.isGood(at: clock()) ?? false
    }
    let visit = try? store.visit(hash)
    return visit.map { !$0.isOver(at: clock()) } ?? false
  }
}
