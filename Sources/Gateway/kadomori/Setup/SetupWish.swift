import Agent
import Posture

/// What somebody wants this gateway to do, however they said so.
struct SetupWish: Hashable {
  /// Naming a LAN is the consent to scan it.
  var lans: [String]
  /// Naming a broker is the consent to report to it; `nil` for nobody.
  var broker: AgentConfiguration.Broker?
  /// What a person's word alone allows.
  var allowed: Set<ConsentLedger.Purpose>

  /// The configuration with this wish in it; whatever else stood there stays.
  func applied(to configuration: AgentConfiguration) -> AgentConfiguration {
    var result = configuration
    result.lans = lans.map { name in
      configuration.lans.first { $0.interface == name } ?? AgentConfiguration.LAN(interface: name)
    }
    result.broker = broker
    return result
  }
}

/// What setting up would do, decided before anything is done.
struct SetupPlan: Hashable {
  enum File: Hashable {
    /// The configuration says that already.
    case unchanged
    /// There is none, or one without a setting: what it explains in comments stays.
    case new
    /// There is one that says something else: a copy of it is kept.
    case replaces(copy: String)
  }

  var wish: SetupWish
  var path: String
  var file: File
  /// The whole text of the file as it will be.
  var text: String
  /// What is not on record yet.
  var grants: [ConsentLedger.Purpose]

  var isNothing: Bool { file == .unchanged && grants.isEmpty }

  /// Compares a wish with what is there; `present` is the file's text, `nil` where there is none.
  init(
    _ wish: SetupWish, path: String, present: String?, configuration: AgentConfiguration,
    ledger: ConsentLedger, now: WallTime
  ) {
    self.wish = wish
    self.path = path
    let wanted = wish.applied(to: configuration)
    grants = ConsentLedger.Purpose.allCases.filter {
      wish.allowed.contains($0) && !ledger.allows($0, ConsentLedger.gateway)
    }
    let head = "# Written by 'kadomori setup'.\n"
    if wanted == configuration, present != nil {
      file = .unchanged
      text = present ?? ""
    } else if configuration.text.isEmpty {
      file = .new
      let kept = present.map { $0.isEmpty || $0.hasSuffix("\n") ? $0 : $0 + "\n" } ?? ""
      text = kept + (kept.isEmpty ? "" : "\n") + head + wanted.text
    } else {
      // Of a name that a second run does not meet again.
      let day = now.wholeSeconds.description.filter { $0.isNumber || $0 == "T" }
      file = .replaces(copy: "\(path).before-\(day)")
      text = head + wanted.text
    }
  }
}
