import Cryptography
import Enrolling
import FleetContract
import LinuxIO
import Posture
import Wording

/// Gets a new certificate from the collector before the old one expires, and after it has.
final class Renewal {
  private let membership: Membership
  private let gateway: GatewayID
  private let paths: Paths
  private let loop: EventLoop
  private let note: (Daemon.Note) -> Void
  private let renewed: () -> Void
  private var timer: EventLoop.Token?
  private var call: EnrolmentCall?
  private var failures = 0
  private var askedAt: Duration?
  /// Why there is no new certificate although it is time.
  private(set) var problem: String?

  /// How long the wall clock is trusted not to jump.
  private static let look: Duration = .seconds(6 * 3600)
  /// Gateways that come back together do not ask together.
  private static let spread: Duration = .seconds(120)

  init(
    _ membership: Membership, of gateway: GatewayID, paths: Paths, loop: EventLoop,
    note: @escaping (Daemon.Note) -> Void, renewed: @escaping () -> Void
  ) {
    self.membership = membership
    self.gateway = gateway
    self.paths = paths
    self.loop = loop
    self.note = note
    self.renewed = renewed
  }

  func start() { wait(nil) }

  func stop() {
    loop.cancel(timer)
    call = nil
  }

  /// The broker could not be reached: where nobody has set the clock, the certificate may be over without our knowing.
  func suspect() {
    guard !Clocks.wallIsSynchronised, call == nil, askedAt.map({ loop.now - $0 > Self.look }) ?? true else {
      return
    }
    ask()
  }

  private var plan: RenewalPlan? {
    membership.validity.map { RenewalPlan(of: gateway, from: $0.from, until: $0.until) }
  }

  private var seconds: Int64 { Clocks.wall.milliseconds / 1000 }

  private var isOver: Bool { plan.map { $0.notAfter <= seconds } ?? true }

  /// Waits until it is time, at least for `pause` after a failure.
  private func wait(_ pause: Duration?) {
    loop.cancel(timer)
    let remaining = plan.map { $0.due - seconds } ?? 0
    // An unset clock runs behind: what is due by it is due.
    let time =
      pause ?? (remaining > 0 ? .seconds(remaining) : isOver ? .zero : Self.spread * Double.random(in: 0...1))
    let isLook = time > Self.look
    timer = loop.after(isLook ? Self.look : time) { [weak self] in isLook ? self?.wait(nil) : self?.ask() }
  }

  private func ask() {
    loop.cancel(timer)
    askedAt = loop.now
    do {
      let csr = try AgentIdentity.key(in: paths.state).signingRequest()
      guard let authority = PEM.certificates(in: Array(membership.answer.authorities.utf8)).last else {
        throw AgentError(.data, "\(paths.enrolment) names no authority")
      }
      let body = try EnrolmentDocument.bytes(
        RenewalRequest(
          csr: String(decoding: csr, as: UTF8.self), certificate: membership.answer.certificate))
      let call = EnrolmentCall(
        on: loop, to: membership.collector, trusting: .authority(authority),
        toleratesEarly: !Clocks.wallIsSynchronised, path: EnrolmentPath.renew, body: body)
      self.call = call
      call.start { [weak self] in self?.ended($0) }
    } catch {
      failed("\(error)")
    }
  }

  private func ended(_ outcome: EnrolmentCall.Outcome) {
    call = nil
    do {
      let key = try AgentIdentity.key(in: paths.state)
      let fresh = try Membership(try outcome.get(), of: membership.collector, for: key)
      try MembershipFile(path: paths.enrolment).write(fresh)
      note(Daemon.Note(isProblem: false, text: "the collector has renewed our certificate"))
      renewed()
    } catch let fault as EnrolmentFault {
      failed(fault.text(of: membership.collector, isClockSet: Clocks.wallIsSynchronised).en)
    } catch {
      failed("\(error)")
    }
  }

  private func failed(_ reason: String) {
    failures += 1
    let text = "the certificate is not renewed: \(reason)"
    if problem != text { note(Daemon.Note(isProblem: true, text: text)) }
    problem = text
    wait(RenewalPlan.pause(failures: failures, isOver: isOver, draw: Double.random(in: 0...1)))
  }
}
