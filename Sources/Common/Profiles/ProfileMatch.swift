package import Posture

/// A profile that fits a device.
package struct ProfileMatch: Hashable, Sendable {
  /// What rules must reach together to count as a match.
  package static let threshold = 0.5
  /// Clues are never proof.
  package static let ceiling = 0.99

  package let profile: FirmwareProfile
  /// From ``threshold`` to ``ceiling``.
  package let confidence: Double
  /// What spoke for it, in the order of the rules.
  package let evidence: [ProfileEvidence]
}

extension FirmwareProfile {
  /// Returns the match with a device, or `nil` where the clues are too weak.
  ///
  /// Every witness is taken as independent: confidence = 1 − ∏(1 − cᵢ). Rules that rest on the same answers, where
  /// one reads no fact that the other does not, are one witness, and the surest of them counts.
  ///
  /// | rules that hold | confidence |
  /// |---|---|
  /// | 0.3 | no match |
  /// | 0.3, 0.3 | 0.51 |
  /// | 0.6, 0.5 | 0.80 |
  /// | 0.6, 0.5, of which one wants a protocol and the other what it says of its server | 0.60 |
  package func match(_ device: Device) -> ProfileMatch? {
    guard role == .device else { return nil }
    var witnesses: [(confidence: Double, evidence: [ProfileEvidence])] = []
    var evidence: [ProfileEvidence] = []
    for rule in recognise {
      guard let more = rule.condition.evidence(in: device) else { continue }
      witnesses.append((rule.confidence, more))
      evidence += more.filter { !evidence.contains($0) }
    }
    var heard: [[ProfileEvidence]] = []
    var doubt = 1.0
    // The surest first; in the order of the rules where they are equally sure.
    let ranked = witnesses.indices.sorted {
      (witnesses[$1].confidence, $0) < (witnesses[$0].confidence, $1)
    }
    for witness in ranked.map({ witnesses[$0] }) {
      guard !heard.contains(where: { ProfileEvidence.isOneWitness($0, witness.evidence) }) else { continue }
      heard.append(witness.evidence)
      doubt *= 1 - witness.confidence
    }
    // Thousandths, so that the order of multiplication cannot move a result.
    let confidence = ((1 - doubt) * 1000).rounded() / 1000
    guard confidence >= ProfileMatch.threshold else { return nil }
    return ProfileMatch(
      profile: self, confidence: min(confidence, ProfileMatch.ceiling), evidence: evidence)
  }
}

extension ProfileMatch {
  /// The order of preference: confidence, then the site's own profile, then a member of a family, then more evidence,
  /// then id.
  static func isBetter(_ left: Self, _ right: Self) -> Bool {
    if left.confidence != right.confidence { return left.confidence > right.confidence }
    if left.profile.author != right.profile.author { return left.profile.author == .local }
    if (left.profile.family == nil) != (right.profile.family == nil) { return left.profile.family != nil }
    if left.evidence.count != right.evidence.count { return left.evidence.count > right.evidence.count }
    return left.profile.id < right.profile.id
  }

  /// The device with what the profile knows filled in: kind, vendor, model, and the need of each service.
  ///
  /// What the device says of itself wins over what the profile says of the family.
  package func applied(to device: Device) -> Device {
    var result = device
    if profile.kind != .unknown { result.kind = profile.kind }
    result.vendor = read(profile.reads.vendor, in: device) ?? profile.vendor ?? device.vendor
    result.model = read(profile.reads.model, in: device) ?? profile.model ?? device.model
    result.firmware = read(profile.reads.firmware, in: device) ?? device.firmware
    result.profile = profile.id
    result.confidence = confidence
    for index in result.services.indices {
      let need = profile.verdict(on: result.services[index]).need
      result.services[index].needed = need
      result.services[index].neededBy = need == .unknown ? nil : .profile
    }
    return result
  }

  /// The longest name taken over from a device, in characters.
  private static let nameLimit = 64

  private func read(_ source: FactSources.Source?, in device: Device) -> String? {
    guard let source else { return nil }
    let said = device.services.lazy.filter { $0.protocol == source.protocol }.compactMap {
      $0.said(source.fact)
    }
    return said.first { !$0.isEmpty }.map { String($0.prefix(Self.nameLimit)) }
  }
}
