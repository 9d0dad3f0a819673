import Addresses
package import LinuxIO
import MQTTClient
import Stagger

/// Keeps a session with the household's broker: tells the device and its state, or removes both.
package final class HomeLink {
  /// What it is for.
  package enum Task: Hashable, Sendable {
    case show
    /// Has the broker forget all that was ever told.
    case remove
  }

  private let broker: HomeBroker
  private let device: HomeDevice
  private let task: Task
  private let loop: EventLoop
  private let note: (_ isProblem: Bool, _ text: String) -> Void
  private let resolver: Resolver
  private var session: MQTTSession?
  private var watch: EventLoop.Token?
  private var watched: CInt?
  private var timer: EventLoop.Token?
  private var delay = RetryDelay()
  private var attemptedAt: Duration = .zero
  private var connectedAt: Duration?
  private var state: [UInt8]?
  /// What the broker has still to forget.
  private var unconfirmed: Set<Int> = []
  /// The broker has forgotten everything.
  package var removed: () -> Void = {}
  package private(set) var problem: String?

  /// An attempt that has brought no session after this long is given up.
  private static let patience: Duration = .seconds(20)
  private static let passwordLimit = 1024

  package init(
    _ broker: HomeBroker, _ device: HomeDevice, _ task: Task, loop: EventLoop,
    note: @escaping (_ isProblem: Bool, _ text: String) -> Void
  ) {
    self.broker = broker
    self.device = device
    self.task = task
    self.loop = loop
    self.note = note
    resolver = Resolver(loop: loop)
  }

  package var isConnected: Bool { connectedAt != nil }

  package func start() {
    loop.cancel(timer)
    attemptedAt = loop.now
    resolver.resolve(broker.host) { [weak self] in self?.found($0) }
  }

  /// Tells the state as it is from now on.
  package func tell(_ new: HomeState) {
    guard new.payload != state else { return }
    state = new.payload
    publishState()
  }

  /// Says that nobody looks any more, and ends.
  package func stop() {
    if isConnected, let session {
      if task == .show { publish(device.availabilityTopic, Array("offline".utf8)) }
      _ = session.disconnect()
    }
    drop()
  }

  private func found(_ address: String?) {
    guard let address, let ip = IPAddress(address.prefix { $0 != "%" }.description) else {
      return failed("no address found for \(broker.host); check its spelling and this machine's DNS")
    }
    guard HomeBroker.isOfThisSite(ip) else {
      return failed("\(broker.host) is \(ip), which is not of this site; name the broker in the house")
    }
    do throws(MQTTError) {
      var configuration = MQTTConfiguration(
        clientID: "kadomori-home", cleanStart: true, sessionExpiry: .zero, maximumPacketSize: 65_536)
      // What most household brokers speak in any case; nothing here needs more.
      configuration.version = .v311
      configuration.userName = broker.user
      if let file = broker.passwordFile {
        guard let password = password(file) else { return }
        configuration.password = password
      }
      let session = try MQTTSession(configuration)
      self.session = session
      let will = MQTTMessage(
        topic: device.availabilityTopic, payload: Array("offline".utf8), retain: true)
      try session.connect(
        to: .ip(address, port: broker.port), will: task == .show ? MQTTWill(will) : nil)
      tick()
    } catch {
      failed("\(error)")
    }
  }

  private func password(_ file: String) -> String? {
    do throws(SystemError) {
      guard try Files.mode(file) & 0o007 == 0 else {
        failed("\(file): others may read this password; 'chmod o-rwx \(file)'")
        return nil
      }
      let bytes = try Files.read(file, limit: Self.passwordLimit)
      return String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    } catch {
      failed("\(error); the agent's user has to be able to read it")
      return nil
    }
  }

  private func tick() {
    loop.cancel(timer)
    guard let session else { return }
    timer = loop.after(.seconds(1)) { [weak self] in self?.tick() }
    if !isConnected, loop.now - attemptedAt > Self.patience {
      return failed("did not answer within \(Self.patience)")
    }
    handle(session.tick())
  }

  private func adjustWatch() {
    guard let session, let descriptor = session.fileDescriptor else {
      loop.cancel(watch)
      watched = nil
      return
    }
    let interest: EventLoop.Interest = session.wantsWrite ? [.read, .write] : .read
    if watched == descriptor, let watch { return loop.change(watch, to: interest) }
    loop.cancel(watch)
    watched = descriptor
    watch = loop.watch(borrowed: descriptor, for: interest) { [weak self] ready in
      guard let self, let session = self.session else { return }
      if ready.contains(.write) { handle(session.writable()) }
      if ready.contains(.read), self.session === session { handle(session.readable()) }
    }
  }

  private func handle(_ events: [MQTTEvent]) {
    for event in events {
      switch event {
      case .connected: connected()
      case .refused(let reason, _):
        return failed("refuses us: \(reason); check user and password_file")
      case .disconnected(let error): return failed("\(error)")
      case .message(let message):
        if message.topic == device.birthTopic, message.payload == Array("online".utf8) { show() }
      case .published(let id, _):
        if unconfirmed.remove(id) != nil, task == .remove, unconfirmed.isEmpty { return forgotten() }
      case .subscribed: break
      }
    }
    adjustWatch()
  }

  private func connected() {
    connectedAt = loop.now
    problem = nil
    switch task {
    case .show:
      note(false, "Home Assistant: shown at \(broker.description)")
      _ = try? session?.subscribe(device.birthTopic)
      show()
    case .remove: for topic in device.keptTopics { publish(topic, []) }
    }
  }

  private func show() {
    publish(device.configurationTopic, device.configuration)
    publish(device.availabilityTopic, Array("online".utf8))
    publishState()
  }

  private func publishState() {
    guard isConnected, task == .show, let state else { return }
    publish(device.stateTopic, state)
    adjustWatch()
  }

  private func publish(_ topic: String, _ payload: [UInt8]) {
    guard let id = try? session?.publish(MQTTMessage(topic: topic, payload: payload, retain: true)) else {
      return
    }
    if task == .remove { unconfirmed.insert(id) }
  }

  private func forgotten() {
    note(false, "Home Assistant: removed from \(broker.description)")
    _ = session?.disconnect()
    drop()
    removed()
  }

  private func failed(_ text: String) {
    let wait = delay.next(
      lasted: connectedAt.map { loop.now - $0 }, draw: Double.random(in: 0...1))
    drop()
    let text = "Home Assistant's broker \(broker.description): \(text)"
    // Told once for as long as it stays the same.
    if problem != text { note(true, text) }
    problem = text
    timer = loop.after(wait) { [weak self] in self?.start() }
  }

  private func drop() {
    loop.cancel(watch)
    loop.cancel(timer)
    watched = nil
    session = nil
    connectedAt = nil
    unconfirmed = []
  }
}
