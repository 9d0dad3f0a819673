package import Cryptography
package import FleetStore
import Glibc
package import Ingest
import Letters
import LinuxIO
package import MQTTClient
package import Posture

/// What is looked at.
package struct CheckupPlan: Sendable {
  package var state: String
  /// The path of the store's file, or the URI of its database.
  package var store: String
  package var broker: BrokerAddress?
  package var credentials: MQTTConfiguration
  /// Certificates in PEM, those that are there.
  package var certificates: [String] = []
  /// Files that only the collector may read.
  package var secrets: [String] = []
  /// Whether notices go out as letters.
  package var printsLetters = false

  package init(state: String, store: String, broker: BrokerAddress?, credentials: MQTTConfiguration) {
    self.state = state
    self.store = store
    self.broker = broker
    self.credentials = credentials
  }
}

/// Looks at everything a collector needs, and changes nothing.
package struct Checkup: Sendable {
  private let plan: CheckupPlan
  private let now: WallTime

  /// Below so many bytes, or such a share, space is called short.
  static let shortBytes: UInt64 = 1 << 30
  static let shortShare = 0.05
  /// Below so many, a commit may fail at any moment.
  static let leastBytes: UInt64 = 64 << 20
  /// How long before its end a certificate is told of.
  static let notice: Int64 = 30 * 86_400

  package init(_ plan: CheckupPlan, now: WallTime) {
    self.plan = plan
    self.now = now
  }

  package func run() async -> [CheckupStep] {
    let store = try? FleetStore.openToRead(plan.store)
    return [
      state(), disk(), clock(store), self.store(), service(), await broker(), certificates(), secrets(),
      notices(store),
    ]
  }

  private func state() -> CheckupStep {
    guard let mode = try? Files.mode(plan.state) else {
      return CheckupStep(.state, .failed, plan.state, .missing)
    }
    guard access(plan.state, W_OK | X_OK) == 0 else {
      return CheckupStep(.state, .failed, plan.state, .notOurs)
    }
    guard mode & 0o007 == 0 else { return CheckupStep(.state, .failed, plan.state, .openToOthers) }
    return CheckupStep(.state, .ok, plan.state)
  }

  private func disk() -> CheckupStep {
    var facts = statvfs()
    guard statvfs(plan.state, &facts) == 0 else {
      return CheckupStep(.disk, .failed, String(cString: strerror(errno)), .missing)
    }
    let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    let all = max(1, UInt64(facts.f_blocks) * UInt64(facts.f_frsize))
    let detail = "\(free >> 20) MiB of \(all >> 20) MiB are free"
    if free < Self.leastBytes || facts.f_files > 0 && facts.f_favail == 0 {
      return CheckupStep(.disk, .failed, detail, .full)
    }
    let isShort = free < Self.shortBytes || Double(free) / Double(all) < Self.shortShare
    return isShort ? CheckupStep(.disk, .warning, detail, .nearlyFull) : CheckupStep(.disk, .ok, detail)
  }

  private func clock(_ store: FleetStore?) -> CheckupStep {
    // An hour: gateways' records are stored by this clock, so nothing can be of later.
    if let last = try? store?.lastReceived(), last.milliseconds > now.milliseconds + 3_600_000 {
      return CheckupStep(.clock, .failed, "\(now); something was stored at \(last)", .clockBehind)
    }
    guard Clocks.wallIsSynchronised else { return CheckupStep(.clock, .warning, "\(now)", .clockFree) }
    return CheckupStep(.clock, .ok, "\(now)")
  }

  private func store() -> CheckupStep {
    do throws(StoreError) {
      let store = try FleetStore.openToRead(plan.store)
      let counts = try store.counts(now: now)
      let gateways = counts.gateways.values.reduce(0, +)
      let last = try store.lastReceived().map { "; the last word of one came at \($0)" } ?? ""
      return CheckupStep(.store, .ok, "\(gateways) gateways\(last)")
    } catch {
      return CheckupStep(
        .store, .failed, "\(error.path): \(error.detail)", error.code == .missing ? .missing : .storeUnusable)
    }
  }

  private func service() -> CheckupStep {
    let path = plan.state + "/lock"
    guard Files.exists(path) else { return CheckupStep(.service, .failed, path, .notRunning) }
    do throws(SystemError) {
      // Held for no longer than it takes to see that nobody has it.
      guard try Files.lock(path) != nil else { return CheckupStep(.service, .ok, path) }
      return CheckupStep(.service, .failed, path, .notRunning)
    } catch {
      return CheckupStep(.service, .failed, "\(error)", .unreadable)
    }
  }

  private func broker() async -> CheckupStep {
    guard let address = plan.broker else { return CheckupStep(.broker, .notNeeded, "") }
    let door = BrokerDoor(of: address, clientID: plan.credentials.clientID, like: plan.credentials)
    if await door.knock() { return CheckupStep(.broker, .ok, "\(address) lets us in") }
    let isThere = await BrokerReach.isThere(address)
    return CheckupStep(.broker, .failed, "\(address)", isThere ? .notLetIn : .unreachable)
  }

  private func certificates() -> CheckupStep {
    if plan.certificates.isEmpty { return CheckupStep(.certificates, .notNeeded, "") }
    var first: (path: String, end: Int64)?
    for path in plan.certificates {
      guard let bytes = try? Files.read(path, limit: 1 << 20), let held = try? HeldCertificate(pem: bytes)
      else {
        return CheckupStep(.certificates, .failed, path, .unreadable)
      }
      if first.map({ held.notAfter < $0.end }) ?? true { first = (path, held.notAfter) }
    }
    guard let first else { return CheckupStep(.certificates, .notNeeded, "") }
    let left = first.end - now.milliseconds / 1000
    let end = WallTime(milliseconds: first.end * 1000)
    let detail = "\(plan.certificates.count); the first ends \(end): \(first.path)"
    if left <= 0 { return CheckupStep(.certificates, .failed, detail, .expired) }
    return left < Self.notice
      ? CheckupStep(.certificates, .warning, detail, .expiresSoon) : CheckupStep(.certificates, .ok, detail)
  }

  private func secrets() -> CheckupStep {
    if plan.secrets.isEmpty { return CheckupStep(.secrets, .notNeeded, "") }
    for path in plan.secrets {
      guard let mode = try? Files.mode(path) else { return CheckupStep(.secrets, .failed, path, .unreadable) }
      if mode & 0o007 != 0 { return CheckupStep(.secrets, .failed, path, .openToOthers) }
    }
    return CheckupStep(.secrets, .ok, "\(plan.secrets.count) files are nobody else's")
  }

  private func notices(_ store: FleetStore?) -> CheckupStep {
    if plan.printsLetters, !LetterFonts.haveJapanese { return CheckupStep(.notices, .warning, "", .noFont) }
    guard let counts = try? store?.outboxCounts(), !counts.isEmpty else {
      return CheckupStep(.notices, .notNeeded, "")
    }
    let detail = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
      .joined(separator: ", ")
    let isBad = (counts[.failed] ?? 0) + (counts[.unknown] ?? 0) > 0
    return CheckupStep(.notices, isBad ? .warning : .ok, detail, isBad ? .notSent : nil)
  }
}
