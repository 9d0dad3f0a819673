import Attempts
import Cryptography
package import FleetStore
package import Posture
import Synchronization
package import Web
import Wording

/// Answers requests: says who asks, what it may see, and which page or document that is.
///
/// Nothing here waits for a network; the store is asked on the caller's thread.
package final class DashboardDesk: Sendable {
  let store: FleetStore
  let clock: @Sendable () -> WallTime
  /// A clock that nobody sets, for limits.
  let ticks: @Sendable () -> Duration
  /// Lines for the log.
  let note: @Sendable (String) -> Void
  let limits = Mutex(Limits())
  let summaries = KeptNumbers<FleetSummary>(fresh: .seconds(30), stale: .seconds(600))
  let trials = KeptNumbers<[TrialOfPage]>(fresh: .seconds(600), stale: .seconds(6 * 3600))
  /// Does something where nobody waits for it.
  let later: @Sendable (@escaping @Sendable () -> Void) -> Void
  /// Live lists of regions that are open now.
  let watchers = Mutex<[String: Int]>([:])

  /// What slows down whoever asks too often.
  struct Limits {
    /// Wrong passwords and tokens, by address.
    var guesses = AttemptLimit()
    /// Wrong passwords, by account, for guesses that come from many addresses.
    var accounts = AttemptLimit(burst: 20, interval: .seconds(30), everybody: 100)
    /// All requests, by address: a page brings a style sheet and a script along.
    var requests = AttemptLimit(burst: 200, interval: .milliseconds(50), everybody: 50)
  }

  package init(
    _ store: FleetStore, clock: @escaping @Sendable () -> WallTime, ticks: @escaping @Sendable () -> Duration,
    note: @escaping @Sendable (String) -> Void,
    later: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() }
  ) {
    self.store = store
    self.clock = clock
    self.ticks = ticks
    self.note = note
    self.later = later
  }

  /// Whether an answer takes a password's time, so that few are made at once.
  package func isSlow(_ request: WebRequest) -> Bool {
    request.method == "POST" && request.path == "/sign-in"
  }

  /// Answers one request; the answer has the headers that keep browsers from harm.
  package func reply(to request: WebRequest) -> WebReply {
    let now = ticks()
    let wait = limits.withLock { limits -> Duration? in
      if let wait = limits.requests.wait(for: request.source, now: now) { return wait }
      limits.requests.failed(request.source, now: now)
      return nil
    }
    var reply: WebReply
    if wait != nil {
      reply = request.path.hasPrefix("/api/") ? APIFault(429).reply : message(429, request)
      reply.set("Retry-After", "1")
    } else {
      reply = answer(request)
    }
    SafeHeaders.add(to: &reply, isSecure: request.isSecure)
    return reply
  }

  private func answer(_ request: WebRequest) -> WebReply {
    let isAPI = request.path.hasPrefix("/api/")
    do throws(Refusal) {
      if let file = StaticFiles.reply(request) { return file }
      return isAPI ? try api(request) : try page(request)
    } catch {
      switch error {
      case .status(let status): return isAPI ? APIFault(status).reply : message(status, request)
      case .signIn:
        if isAPI { return APIFault(401).reply }
        let isPlain = request.path == "/" || request.method != "GET"
        let back = FormAddress.own(Self.address(of: request))
        return .seeOther(isPlain ? "/sign-in" : FormAddress.query("/sign-in", [("back", back)]))
      case .store(let fault):
        note("the dashboard cannot use the store: \(fault)")
        return isAPI ? APIFault(503).reply : message(503, request)
      }
    }
  }

  /// Why a request gets something else than it asked for.
  enum Refusal: Error {
    case status(Int)
    /// Nobody is signed in.
    case signIn
    case store(StoreError)
  }

  /// Asks the store.
  func ask<Value>(_ body: () throws -> Value) throws(Refusal) -> Value {
    do {
      return try body()
    } catch let error as Refusal {
      throw error
    } catch let error as StoreError {
      throw .store(error)
    } catch {
      note("the dashboard could not answer: \(error)")
      throw .status(500)
    }
  }

  func words(for request: WebRequest) -> Words {
    Words(
      request.cookies["language"].flatMap(Language.init)
        ?? Words.preferred(request.headers["accept-language"]))
  }

  /// Path and query as they can be linked to.
  static func address(of request: WebRequest) -> String {
    let path = "/" + request.parts.map(FormAddress.encoded).joined(separator: "/")
    return FormAddress.query(path, request.query.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  func message(_ status: Int, _ request: WebRequest) -> WebReply {
    let w = words(for: request)
    // Who asks is not looked up again: the reason may be that nobody can be.
    return html(
      Frame(words: w, address: Self.address(of: request)).render(MessagePage(status: status).page(w)), status)
  }

  func html(_ text: String, _ status: Int = 200) -> WebReply {
    WebReply(status, "text/html; charset=utf-8", text)
  }
}
