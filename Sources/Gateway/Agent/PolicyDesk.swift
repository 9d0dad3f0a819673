import Addresses
import FleetContract
import LinuxIO
import Stagger

/// Judges what comes as a policy of reconnecting and keeps it on disk; asks for a newer one while the uplink waits.
package final class PolicyDesk {
  /// By which way a policy came.
  enum Way: String {
    case broker, hint, dns
  }

  private let group: TopicName
  private let paths: Paths
  private let loop: EventLoop
  private let note: (Daemon.Note) -> Void
  private(set) var file: ReconnectFile
  /// Called with what others publish now; with `nil` when nothing newer was heard for ``patience``.
  var changed: (PolicyDocument?) -> Void = { _ in }
  /// The latest refusal, or why the latest policy is not on disk.
  private(set) var problem: String?
  private var quota = RefusalQuota()
  private let resolver: Resolver
  /// The name in DNS that holds a policy too; `nil` where nobody named one.
  private var record: HintRecord?
  private var socket: Descriptor?
  private var watch: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var heardAt: Duration?

  /// Time between two questions, in the mean: so many gateways ask that the answers are a load of their own.
  private static let pause: Duration = .seconds(30)
  /// A speed that nobody repeats or replaces for so long is given up.
  private static let patience: Duration = .seconds(180)

  init(
    group: TopicName, file: ReconnectFile, paths: Paths, loop: EventLoop, record name: String? = nil,
    note: @escaping (Daemon.Note) -> Void
  ) {
    self.group = group
    self.file = file
    self.paths = paths
    self.loop = loop
    self.note = note
    resolver = Resolver(loop: loop)
    record = name.map { HintRecord(name: $0, loop: loop) { [weak self] in self?.heard(text: $0) } }
  }

  // MARK: - Judging

  func heard(_ payload: [UInt8], by way: Way) {
    do throws(PolicyRefusal) {
      let keys: [OperatorKey]
      do throws(AgentError) { keys = try CommandAuthority.read(paths).keys } catch {
        throw PolicyRefusal(.unknownKey, error.description)
      }
      let clock = CommandClock(
        wall: Clocks.wall, isSynchronised: Clocks.wallIsSynchronised, sinceBoot: Clocks.sinceBoot)
      let document = try SignedPolicy.accept(payload, for: group, among: keys, known: file.mark, at: clock)
      if way != .broker { heardAt = loop.now }
      guard let document else { return }
      accept(document)
    } catch {
      // Who was told of a newer speed finds the policy that it belongs to at the broker, and an older speed where name
      // servers remember it: no replay.
      let isOwn = error.code == .replayed && way != .hint && known(payload)
      if !isOwn { refuse(error, way) }
    }
  }

  /// Judges a text of the name in DNS; those that are none of ours are somebody else's matter.
  func heard(text: [UInt8]) {
    guard let policy = PolicyRecord(text: text)?.policy, let payload = try? policy.payload() else { return }
    heard(payload, by: .dns)
  }

  /// Whether it is of the version that was accepted last.
  private func known(_ payload: [UInt8]) -> Bool {
    guard let signed = try? SignedPolicy(payload: payload),
      let document = try? PolicyDocument(bytes: signed.bytes)
    else { return false }
    return document.mark.version == file.version
  }

  private func accept(_ document: PolicyDocument) {
    file.take(document)
    problem = nil
    // Before it is followed: what was followed must not be followed again after a power cut.
    do throws(AgentError) { try file.write(paths) } catch { tell(error.description) }
    note(
      Daemon.Note(
        isProblem: false,
        text:
          "policy of group '\(group)', version \(document.mark.version) step \(document.mark.step): window \(document.windowSeconds) s, speed \(document.speed)"
      ))
    changed(document)
  }

  private func refuse(_ refusal: PolicyRefusal, _ way: Way) {
    guard quota.take(now: loop.now) else { return }
    tell("a policy of group '\(group)' by \(way.rawValue) is refused (\(refusal.code.rawValue)): \(refusal)")
  }

  private func tell(_ text: String) {
    problem = text
    note(Daemon.Note(isProblem: true, text: text))
  }

  // MARK: - Asking

  /// Begins to ask, where a policy says whom.
  func ask() {
    guard timer == nil, file.place != nil || record != nil else { return }
    heardAt = loop.now
    // Not all in the second in which the power is back.
    again(after: Self.pause / 2 * Double.random(in: 0...1))
  }

  func rest() {
    loop.cancel(timer)
    timer = nil
    record?.stop()
    close()
  }

  private func again(after pause: Duration) {
    timer = loop.after(pause) { [weak self] in self?.question() }
  }

  private func question() {
    again(after: Self.pause * Double.random(in: 0.5...1.5))
    if let last = heardAt, loop.now - last > Self.patience {
      heardAt = loop.now
      changed(nil)
    }
    record?.ask()
    guard let place = file.place else { return }
    resolver.resolve(place.host) { [weak self] address in
      // It may have been told to rest meanwhile.
      guard let self, timer != nil, let address = address.flatMap({ IPAddress($0) }) else { return }
      send(to: Endpoint(address, place.port))
    }
  }

  private func send(to peer: Endpoint) {
    close()
    // A network that is not there yet is no problem of anybody's: the slot comes by itself.
    guard let socket = try? UDPStream.connect(to: peer),
      (try? socket.write(PolicyHint.request(for: group)[...])) != nil
    else { return }
    self.socket = socket
    watch = loop.watch(socket, for: .read) { [weak self] _ in
      guard let self else { return }
      let bytes = (try? socket.read(limit: PolicyHint.requestBytes + 1)) ?? []
      close()
      if !bytes.isEmpty { heard(bytes, by: .hint) }
    }
  }

  private func close() {
    loop.cancel(watch)
    watch = nil
    socket = nil
  }
}
