import Classify
import Posture
import Profiles
import Recog
import Recognition

/// Concludes by the code of the agent what a device is.
struct Judge {
  var profiles: ProfileSet
  var fingerprints = RecogLoader().finish()

  /// Everything that is known of a device, and what it comes to.
  func concluded(_ device: Device) -> Device {
    Recognition.applied(
      to: device, profiles: profiles, further: FingerprintClues.clues(of: device, by: fingerprints))
  }

  /// The words and rules that speak for a kind.
  func witnesses(of device: Device) -> [(name: String, kind: DeviceKind)] {
    var witnesses: [(String, DeviceKind)] = []
    for clue in concluded(device).evidence where clue.source != .profile {
      guard let kind = clue.kind else { continue }
      witnesses.append(("\(clue.source.rawValue) \(Self.place(of: clue))", kind))
    }
    for profile in profiles.profiles where profile.role == .device {
      for (index, rule) in profile.recognise.enumerated() where rule.condition.evidence(in: device) != nil {
        witnesses.append(("profile \(profile.id) \(index + 1) at \(rule.confidence)", profile.kind))
      }
    }
    return witnesses
  }

  /// A word of the device without its port; of a fingerprint, the kind of text.
  private static func place(of clue: Clue) -> String {
    let parts = clue.detail.split(separator: ":", maxSplits: 1).map(String.init)
    guard clue.source == .saysItself else {
      return parts.first?.split(separator: " ").last.map(String.init) ?? ""
    }
    return "\(clue.kind?.rawValue ?? "") at \(clue.confidence)\(parts.count > 1 ? parts[1].prefix(24) : "")"
  }
}

/// Prints how often what is concluded is right, by source and jointly.
struct ReliabilityReport {
  let judge: Judge
  let devices: [KnownDevice]

  private static let sources: [Clue.Source] = [.saysItself, .profile, .fingerprint]

  func print(rules: Bool) {
    let concluded = devices.map { judge.concluded($0.device) }
    Swift.print("source: said with 0.5, 0.7, 0.8, 0.9 or more, of these right; calibration error")
    for source in Self.sources {
      let alone = judged(concluded.map { Recognition($0.evidence.filter { $0.source == source }) })
      if !alone.said.isEmpty { row(source.rawValue, alone) }
    }
    let joint = judged(concluded.map { Recognition($0.evidence) })
    row("joint", joint)
    for (index, bin) in joint.reliability.bins.enumerated() where bin.count > 0 {
      let mean = bin.confidence / Double(bin.count)
      Swift.print(
        "0.\(index) devices \(bin.count) confidence \(places(mean)) right \(places(Double(bin.right) / Double(bin.count)))"
      )
    }
    Swift.print("## wrong: confidence, said, is, devices, example")
    for (answer, count) in joint.wrong {
      Swift.print(
        "\(places(answer.confidence)) \(answer.said.rawValue) \(answer.truth?.rawValue ?? SNMPRecordings.other) "
          + "\(count) \(answer.name)")
    }
    if rules { records() }
  }

  private func judged(_ recognitions: [Recognition]) -> JudgedKinds {
    JudgedKinds(
      zip(devices, recognitions).map { known, found in
        .init(
          truth: known.kind, said: found.kind, confidence: found.confidence, group: known.group,
          name: known.name)
      })
  }

  private func row(_ name: String, _ judged: JudgedKinds) {
    let shares = JudgedKinds.steps.map { step in
      let share = judged.share(atLeast: step)
      return share.said == 0
        ? "-" : "\(share.right)/\(share.said) \(places(Double(share.right) / Double(share.said)))"
    }
    Swift.print("\(name): \(shares.joined(separator: ", ")); \(places(judged.reliability.error))")
  }

  private func records() {
    var records: [String: WitnessRecord] = [:]
    for known in devices {
      for witness in judge.witnesses(of: known.device) {
        records[witness.name, default: WitnessRecord()].note(known.group, isRight: witness.kind == known.kind)
      }
    }
    Swift.print("## words and rules: right, groups, precision by Laplace")
    for (name, record) in records.sorted(by: { $0.key < $1.key }) {
      Swift.print("\(name): \(record.rightCount) \(record.count) \(places(record.precision))")
    }
  }
}
