// Diagnosis tries each step of the way from this gateway's link to the collector, and says which one is broken.

/// One step of the way to the collector, and what became of trying it.
package struct NetStep: Hashable, Sendable, Codable {
  /// The steps in the order in which they are tried.
  package enum Subject: String, Hashable, Sendable, Codable, CaseIterable {
    /// An interface is up.
    case link
    /// It has an address.
    case address
    /// The router that leads out answers on its link.
    case gateway
    /// A name server answers, and knows the broker's name.
    case dns
    /// Somebody sets this machine's clock.
    case clock
    /// The broker takes a connection.
    case broker
    /// Both sides prove who they are.
    case tls
    /// The broker lets us in (CONNECT).
    case mqtt
    /// It lets us read and write our topics.
    case rights
    /// A collector is there to store what is sent.
    case collector
  }

  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case ok, failed
    /// It depends on one that failed.
    case notTried = "not_tried"
    /// There is nothing of the kind here.
    case notNeeded = "not_needed"
  }

  package var step: Subject
  package var outcome: Outcome
  /// Why it is not well; absent where it is.
  package var cause: NetCause?
  /// The facts, for people at this gateway: addresses, names, what the system said.
  package var detail: String?

  package init(_ step: Subject, _ outcome: Outcome, _ cause: NetCause? = nil, detail: String? = nil) {
    self.step = step
    self.outcome = outcome
    self.cause = cause
    self.detail = detail
  }

  static func failed(_ step: Subject, _ cause: NetCause, _ detail: String? = nil) -> NetStep {
    NetStep(step, .failed, cause, detail: detail)
  }
}
