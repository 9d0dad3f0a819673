// Joins every clue on a device to what it is, with how sure that is.
package import Posture
package import Profiles

/// What all clues on one device come to.
package struct Recognition: Hashable, Sendable {
  /// A kind that is no surer than this, the toss of a coin, is `unknown`.
  package static let threshold = 0.5
  /// Clues are never proof.
  package static let ceiling = 0.99

  package let kind: DeviceKind
  /// How sure `kind` is, 0 to ``ceiling``; 0 where it is `unknown`.
  package let confidence: Double
  /// The clues for `kind` first, then by how sure they are.
  package let evidence: [Clue]

  /// Weighs the clues.
  ///
  /// The first source, in the order of ``Clue/Source``, that alone is surer than ``threshold`` names the kind.
  /// How sure that is comes from all sources: clues of one kind give the odds o = s ∕ (1 − s) with
  /// s = 1 − ∏(1 − cᵢ), and the confidence is o ∕ (1 + Σ o) over all kinds. Own word, profile and fingerprint
  /// read the same answers and are no independent witnesses, so of these three only the surest counts for a kind.
  ///
  /// | for the kind | for another | confidence |
  /// |---|---|---|
  /// | 0.9 | – | 0.90 |
  /// | 0.9, 0.85 of the same answers | – | 0.90 |
  /// | 0.9, 0.5 | – | 0.95 |
  /// | 0.9 | 0.5 | 0.82 |
  /// | 0.6 | 0.9 of a lower source | unknown |
  package init(_ clues: [Clue]) {
    let telling = clues.filter { ($0.kind ?? .unknown) != .unknown }
    var chosen: DeviceKind?
    for source in Clue.Source.allCases where chosen == nil {
      let sure = Self.sureness(of: telling.filter { $0.source == source })
      chosen = sure.filter { $0.value >= Self.threshold }.max(by: Self.isLess)?.key
    }
    let odds = Self.jointSureness(of: telling).mapValues {
      min($0, Self.ceiling) / (1 - min($0, Self.ceiling))
    }
    var confidence = 0.0
    if let chosen, let own = odds[chosen] {
      confidence = (own / (1 + odds.values.sorted().reduce(0, +)) * 1000).rounded() / 1000
    }
    let isSure = confidence > Self.threshold
    self.kind = isSure ? chosen ?? .unknown : .unknown
    self.confidence = isSure ? min(confidence, Self.ceiling) : 0
    self.evidence = Self.sorted(clues, for: isSure ? chosen : nil)
  }

  /// How sure the clues for each kind make us together.
  private static func sureness(of clues: [Clue]) -> [DeviceKind: Double] {
    var doubt: [DeviceKind: Double] = [:]
    for clue in clues {
      guard let kind = clue.kind else { continue }
      doubt[kind, default: 1] *= 1 - min(1, max(0, clue.confidence))
    }
    return doubt.mapValues { 1 - $0 }
  }

  /// The same of all sources, of which some read the same answers.
  private static func jointSureness(of clues: [Clue]) -> [DeviceKind: Double] {
    let readers: [Clue.Source] = [.saysItself, .profile, .fingerprint]
    var joint = sureness(of: clues.filter { !readers.contains($0.source) })
    var read: [DeviceKind: Double] = [:]
    for source in readers {
      read.merge(sureness(of: clues.filter { $0.source == source })) { max($0, $1) }
    }
    joint.merge(read) { 1 - (1 - $0) * (1 - $1) }
    return joint
  }

  private static func isLess(
    _ left: (key: DeviceKind, value: Double), _ right: (key: DeviceKind, value: Double)
  )
    -> Bool
  {
    (left.value, right.key.rawValue) < (right.value, left.key.rawValue)
  }

  private static func sorted(_ clues: [Clue], for kind: DeviceKind?) -> [Clue] {
    clues.sorted { left, right in
      let own = (left.kind == kind && kind != nil, right.kind == kind && kind != nil)
      if own.0 != own.1 { return own.0 }
      if left.confidence != right.confidence { return left.confidence > right.confidence }
      return left.detail < right.detail
    }
  }
}

extension Recognition {
  /// The device with everything filled in that its own words, the profiles and `further` clues tell.
  ///
  /// The vendor of its network interface counts as its vendor only where nothing better is known.
  package static func applied(to device: Device, profiles: ProfileSet, further: [Clue] = []) -> Device {
    var result = device
    let maker = further.first { $0.source == .vendorPrefix }?.vendor
    if result.vendor == nil { result.vendor = maker }
    var clues = SelfDescription.clues(of: device)
    if let match = profiles.match(result) {
      result = match.applied(to: result)
      clues.append(
        Clue(
          .profile, kind: match.profile.kind, vendor: match.profile.vendor, model: match.profile.model,
          confidence: match.confidence,
          detail: "\(match.profile.id) (\(match.evidence.map(\.description).joined(separator: "; ")))"))
    }
    clues += further
    let recognition = Recognition(clues)
    result.kind = recognition.kind
    result.confidence = recognition.confidence
    result.evidence = recognition.evidence
    for clue in recognition.evidence where clue.source != .vendorPrefix {
      // What is said of another kind is not said of this one.
      guard clue.kind == nil || clue.kind == recognition.kind else { continue }
      if result.vendor == nil || result.vendor == maker { result.vendor = clue.vendor ?? result.vendor }
      result.model = result.model ?? clue.model
    }
    return result
  }
}
