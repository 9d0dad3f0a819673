import Addresses
import Exposures
import Posture

/// What can be reached, as data.
struct ExposureDocument: Encodable {
  struct Use: Encodable {
    /// Seconds since the last answer that a stranger took.
    var secondsAgo: Int
    var packets: Int
    var bytes: Int

    private enum CodingKeys: String, CodingKey {
      case packets, bytes
      case secondsAgo = "seconds_ago"
    }
  }

  struct Entry: Encodable {
    var id: String
    var target: ClosingTarget
    var means: [ExposedPort.Means]
    var reachable: Truth
    var addresses: [IPAddress]
    var leadsTo: String?
    var device: String?
    var owner: PortOwner?
    var temporary: Bool
    var needed: Need
    var neededBy: NeedSource?
    var description: String?
    var flows: Int

    private enum CodingKeys: String, CodingKey {
      case id, target, means, reachable, addresses, device, owner, temporary, needed, description, flows
      case leadsTo = "leads_to"
      case neededBy = "needed_by"
    }
  }

  /// What was learned in the kernel, whether or not it is an exposure now.
  struct Learned: Encodable {
    var place: ClosingTarget.Place
    var port: Port
    var use: Use
  }

  var v = "1.0"
  var wan: [String]
  var lan: [String]
  var filterRead: Bool
  /// For how many seconds use has been learned; absent where it is not.
  var learningSeconds: Int?
  var exposures: [Entry]
  var learned: [Learned]
  var problems: [String]

  private enum CodingKeys: String, CodingKey {
    case v, wan, lan, exposures, learned, problems
    case filterRead = "filter_read"
    case learningSeconds = "learning_s"
  }

  init(_ sight: ExposureSight) {
    wan = sight.network.wan.map(\.name)
    lan = sight.network.lan.map(\.name)
    filterRead = sight.isFilterRead
    learningSeconds = sight.use.seconds
    problems = sight.problems
    exposures = sight.ports.map { port in
      Entry(
        id: PlanMaker.id(of: port.target), target: port.target,
        means: ExposedPort.Means.allCases.filter(port.means.contains), reachable: port.reachable,
        addresses: port.addresses.sorted(), leadsTo: port.leadsTo?.description, device: port.device,
        owner: port.owner, temporary: port.isTemporary, needed: port.need, neededBy: port.needSource,
        description: port.description, flows: port.flows)
    }
    learned = sight.use.ports.map { key, use in
      Learned(
        place: key.place, port: key.port,
        use: Use(secondsAgo: use.secondsAgo, packets: use.packets, bytes: use.bytes))
    }.sorted { ($0.place.description, $0.port) < ($1.place.description, $1.port) }
  }
}
