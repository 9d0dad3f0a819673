package import Posture

/// Something that happened to a finding, by the collector's clock.
package struct CaseStep: Hashable, Sendable, Encodable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The gateway found it; again after it was closed, it is back.
    case opened
    /// Somebody who can do something was told.
    case notified
    /// What told them came back, and what it told counts no longer; the detail is what those that it takes back begin with.
    case returned
    /// They said that they know.
    case acknowledged
    /// Something was done about it.
    case acted
    /// The gateway no longer finds it.
    case closed
  }

  package var kind: Kind
  package var time: WallTime
  /// Who says so; `nil` for what the gateway reports.
  package var by: String?
  package var detail: String?

  package init(_ kind: Kind, at time: WallTime, by: String? = nil, detail: String? = nil) {
    self.kind = kind
    self.time = time
    self.by = by
    self.detail = detail
  }

  private enum CodingKeys: String, CodingKey {
    case kind = "step"
    case time, by, detail
  }
}

extension [CaseStep] {
  /// Those that told somebody, but for what came back.
  package var told: [CaseStep] {
    var told: [CaseStep] = []
    for step in self {
      switch step.kind {
      case .notified: told.append(step)
      case .returned:
        guard let name = step.detail else { continue }
        told.removeAll { $0.by == step.by && $0.detail?.hasPrefix(name) == true }
      default: break
      }
    }
    return told
  }
}

/// A look at the finding's port from outside.
package struct OutsideLook: Hashable, Sendable {
  package var isOpen: Bool
  package var time: WallTime

  package init(isOpen: Bool, at time: WallTime) {
    self.isOpen = isOpen
    self.time = time
  }
}
