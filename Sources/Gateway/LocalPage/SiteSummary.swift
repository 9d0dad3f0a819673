import Addresses
import Checks
package import Posture
package import Profiles
package import Wording

/// What a customer is told of a site: its devices by number, and what to do, the worst first.
package struct SiteSummary: Encodable {
  package struct Thing: Encodable {
    /// Counts from 1; the same in picture and lists.
    package var number: Int
    package var kind: String
    /// What it is or calls itself; absent where nothing is known.
    package var name: String?
    package var address: String?
    /// How many ports answered.
    package var services: Int
    /// The worst of its findings that nobody accepted or muted.
    package var worst: Severity?
    package var absent: Bool
  }

  package struct Task: Encodable {
    /// The number of the device.
    package var device: Int?
    package var severity: Severity
    package var title: String
    package var reason: String
    package var remedy: String
    package var place: String?
    /// The findings that are this same thing on this same device.
    package var findings: [String]
  }

  package var v = "1.0"
  package var language: Language
  package var made: WallTime
  package var scanned: WallTime?
  package var complete: Bool
  package var grade: Grade
  package var networks: [String]
  package var devices: [Thing]
  package var tasks: [Task]
  /// Findings that somebody accepted or muted.
  package var decided: Int

  package init(_ reports: [PostureReport], _ profiles: ProfileSet, _ language: Language, made: WallTime) {
    self.language = language
    self.made = made
    scanned = reports.map(\.scan.started).max()
    complete = reports.allSatisfy(\.scan.complete)
    grade = Grade(worst: reports.compactMap(\.worstGraded).max(), scanned: !reports.isEmpty)
    networks = reports.flatMap(\.scan.networks).map(\.description)
    let decisions = Set(reports.flatMap(\.decisions).map(\.finding))
    let open = reports.flatMap(\.findings).filter { !decisions.contains($0.id) }
    decided = reports.flatMap(\.findings).count - open.count
    let worst = Dictionary(grouping: open, by: \.device).compactMapValues { $0.map(\.severity).max() }
    let known = reports.flatMap(\.devices).sorted { Self.order($0) < Self.order($1) }
    devices = known.enumerated().map { index, device in
      Self.thing(index + 1, device, profiles, language, worst: worst[device.id])
    }
    let numbers = Dictionary(zip(known.map(\.id), 1...).map { ($0, $1) }) { first, _ in first }
    let byID = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
    tasks = Self.tasks(open, byID, numbers, profiles, language)
  }

  /// By address, those without one last.
  private static func order(_ device: Device) -> String {
    guard case .v4(let address)? = device.addresses.first(where: \.isVersion4) else { return "z" + device.id }
    let digits = String(address.bits, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func thing(
    _ number: Int, _ device: Device, _ profiles: ProfileSet, _ language: Language, worst: Severity?
  ) -> Thing {
    let profile = device.profile.flatMap { profiles[$0]?.title[language] }
    return Thing(
      number: number, kind: device.kind.words[language],
      name: device.makeAndModel ?? profile ?? device.names.first, address: device.shownAddress?.description,
      services: device.services.count, worst: worst, absent: device.isAbsent)
  }

  /// One task for the same check and the same remedy of one device, however many ports it is about.
  private static func tasks(
    _ findings: [Finding], _ devices: [String: Device], _ numbers: [String: Int], _ profiles: ProfileSet,
    _ language: Language
  ) -> [Task] {
    let groups = Dictionary(grouping: findings) { "\($0.check) \($0.device) \($0.remedy)" }
    return groups.values.compactMap { group -> Task? in
      guard let first = group.first, let severity = group.map(\.severity).max(),
        let text = Checks.text(for: first, about: devices[first.device], profiles: profiles, language)
      else { return nil }
      let ports = group.compactMap(\.service).sorted().map(\.description)
      let address = devices[first.device]?.addresses.first?.description
      let place = ([address].compactMap(\.self) + ports).joined(separator: " ")
      return Task(
        device: numbers[first.device], severity: severity, title: text.title, reason: text.reason,
        remedy: text.remedy, place: place.isEmpty ? nil : place, findings: group.map(\.id).sorted())
    }.sorted { left, right in
      if left.severity != right.severity { return left.severity > right.severity }
      return (left.device ?? 0, left.title) < (right.device ?? 0, right.title)
    }
  }
}
