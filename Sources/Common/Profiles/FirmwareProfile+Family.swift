extension FirmwareProfile {
  /// The profile with what holds for its family, and what it does not say otherwise: needs, what is not needed, what is
  /// known to be bad, and which facts name the device.
  ///
  /// One level: what a family inherits itself is not passed on. Twice is as good as once.
  func inheriting(from family: FirmwareProfile?) -> FirmwareProfile {
    guard let family, family.role == role else { return self }
    let own = needs + unneeded
    func isNew(_ entry: PortNeed) -> Bool {
      !own.contains { $0.protocol == entry.protocol && ($0.port == nil || $0.port == entry.port) }
    }
    var result = self
    result.needs += family.needs.filter(isNew)
    result.unneeded += family.unneeded.filter(isNew)
    result.bad += family.bad.filter { !bad.contains($0) }
    result.reads.vendor = reads.vendor ?? family.reads.vendor
    result.reads.model = reads.model ?? family.reads.model
    result.reads.firmware = reads.firmware ?? family.reads.firmware
    return result
  }
}

extension ProfileSet {
  /// Sorts what fits a device, the best first.
  ///
  /// A family that a member of it fits for comes last: the member says all that the family says, and more. What speaks
  /// for a family speaks for a member of the same kind, so that knowing more never makes the kind less sure.
  static func ranked(_ found: [ProfileMatch]) -> [ProfileMatch] {
    let byID = Dictionary(found.map { ($0.profile.id, $0) }) { first, _ in first }
    let families = Set(found.compactMap(\.profile.family))
    let joined = found.map { match in
      guard let family = match.profile.family.flatMap({ byID[$0] }),
        family.profile.kind == match.profile.kind, family.confidence > match.confidence
      else { return match }
      return ProfileMatch(profile: match.profile, confidence: family.confidence, evidence: match.evidence)
    }
    let (last, first) = (
      joined.filter { families.contains($0.profile.id) }, joined.filter { !families.contains($0.profile.id) }
    )
    return first.sorted(by: ProfileMatch.isBetter) + last.sorted(by: ProfileMatch.isBetter)
  }
}
