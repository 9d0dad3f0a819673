import Addresses
import Agent
import ArgumentParser
import Exposures
import Firewall
import Glibc
import LinuxIO
import Posture
import Profiles
import Settings

/// Where to look for what can be reached.
struct ExposureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The configuration, which names the LANs.", valueName: "file"))
  var config = AgentConfiguration.path

  @Option(
    name: .customLong("lan"),
    help: ArgumentHelp("A LAN's interface, instead of those the configuration names.", valueName: "interface")
  )
  var lans: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read the packet filter from what 'nft -j list ruleset' printed, instead of asking nft.",
      valueName: "file"))
  var ruleset: String?

  @Option(
    help: ArgumentHelp(
      "miniupnpd's configuration. The default is where Debian and OpenWrt keep it.", valueName: "file"))
  var miniupnpd: String?

  @Option(
    help: ArgumentHelp(
      "Ask this gateway for its mappings too: the address of its description, as http://192.0.2.1:5000/rootDesc.xml.",
      valueName: "address"))
  var upnp: String?

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  /// Looks at this machine.
  func look() throws -> ExposureSight {
    let names = try lanNames()
    let network = try wrapping(.unavailable) { () throws(SystemError) in
      try GatewayNetwork.current(lans: names)
    }
    let missing = names.filter { name in !network.lan.contains { $0.name == name } }
    if let name = missing.first, !lans.isEmpty {
      throw AgentError(.notFound, "there is no interface '\(name)'; 'ip link' shows those there are")
    }
    var sight = ExposureSight(network: network)
    var filter: FilterReading
    if let ruleset {
      filter = try FilterReading(file: ruleset)
    } else {
      filter = FilterReading(
        Sides(wan: network.wan.map(\.name), lan: network.lan.map(\.name)), socket: firewall.socket)
    }
    filter.learned(
      for: LearningClock.seconds(
        table: filter.ownTable, bootID: LearningClock.currentBoot, pathOptions.paths))
    sight.use = filter.use
    sight.problems = filter.problems
    sight.problems += missing.map {
      "the LAN \($0) of the configuration is not there; 'ip link' shows those there are"
    }
    var survey = ExposureSurvey(network)
    try wrapping(.unavailable) { () throws(SystemError) in
      survey.sockets = try SocketTable.waiting()
      survey.flows.connections = try SocketTable.connections()
    }
    sight.connections = survey.flows.connections.count { !$0.peer.address.isLoopback }
    survey.lastingPorts = lastingPorts(among: survey.portsThatMayBeTemporary)
    survey.owners = OwnerSearch().owners(of: survey.sockets)
    survey.ruleset = filter.ruleset
    var rooms = RoomSearch()
    survey.containers = rooms.owners()
    survey.flows.tracked = TrackedFlow.flows(
      (try? Files.read("/proc/net/nf_conntrack", limit: 16 << 20)) ?? [])
    survey.mappings = try mappings(&sight.problems)
    let store = PostureStore(pathOptions.paths)
    survey.devices = store.interfaces.compactMap { store.read($0) }.flatMap(\.devices)
    sight.devices = survey.devices
    let needs = OutsideNeeds(ProfileLoading.load(pathOptions.paths))
    sight.ports = survey.exposures(need: needs.need)
    if rooms.isPartial,
      sight.ports.contains(where: { $0.leadsTo != nil && $0.owner == nil && $0.device == nil })
    {
      sight.problems.append(
        "whose the ports are that forwards lead to cannot be seen, as containers may be looked into by root only: use sudo"
      )
    }
    if network.wan.isEmpty {
      sight.problems.append("no default route leads out by an interface that is no LAN: nothing is outside")
    }
    sight.problems += survey.wideForwards.map { forward in
      "a rule leads \(forward.transport.rawValue)/\(forward.ports.lowerBound)-\(forward.ports.upperBound) to "
        + "\(forward.device.map { "\($0)" } ?? "somewhere else"): too many ports to list one by one"
    }
    sight.isFilterRead = filter.ruleset != nil
    return sight
  }

  /// Counts what is there now, where this user may note it.
  private func lastingPorts(among ports: Set<UInt16>) -> Set<UInt16> {
    let path = pathOptions.paths.state + "/lasting-ports.json"
    let bootID = LearningClock.currentBoot
    let known = (try? Files.read(path, limit: 65_536)).flatMap { JSON.decode(LastingPorts.self, $0) }
    var lasting =
      known?.bootID == bootID ? known ?? LastingPorts(bootID: bootID) : LastingPorts(bootID: bootID)
    if lasting.look(at: ports, now: Clocks.sinceBoot.milliseconds), let bytes = try? JSON.encode(lasting) {
      try? Files.replace(path, with: bytes, mode: 0o600)
    }
    return lasting.ports
  }

  private func lanNames() throws -> [String] {
    if !lans.isEmpty { return lans }
    guard Files.exists(config) else { return [] }
    return try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }.lans.map(
      \.interface)
  }

  private func mappings(_ problems: inout [String]) throws -> [Mapping] {
    var mappings: [Mapping] = []
    for configuration in miniupnpd.map({ [$0] }) ?? LeaseFile.usualConfigurations {
      guard miniupnpd != nil || Files.exists(configuration) else { continue }
      let bytes = try wrapping(.data) { () throws(SystemError) in
        try Files.read(configuration, limit: 1 << 20)
      }
      let places = LeaseFile.places(configuration: bytes)
      // Without a lease file its mappings are only in the packet filter, and are found there.
      for (place, read) in [(places.mappings, LeaseFile.mappings), (places.pinholes, LeaseFile.pinholes)] {
        guard let place, Files.exists(place) else { continue }
        do throws(SystemError) { mappings += read(try Files.read(place, limit: LeaseFile.byteLimit)) } catch {
          problems.append("the mappings of UPnP could not be read: \(error)")
        }
      }
    }
    guard let upnp else { return mappings }
    guard let (host, path) = Self.place(upnp) else {
      throw ValidationError("--upnp \(upnp): write an address as http://192.0.2.1:5000/rootDesc.xml")
    }
    do throws(MappingQuestion.Fault) {
      return mappings + (try MappingQuestion.mappings(of: host, description: path))
    } catch { throw AgentError(.unavailable, "\(host): \(error.text)") }
  }

  /// The host and the path of an address by number.
  static func place(_ text: String) -> (Endpoint, String)? {
    guard text.hasPrefix("http://") else { return nil }
    let rest = text.dropFirst(7)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let path = slash == rest.endIndex ? "/" : String(rest[slash...])
    let place = rest[..<slash]
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    let colon =
      place.lastIndex { $0 == ":" }.flatMap { place[$0...].contains("]") ? nil : $0 } ?? place.endIndex
    let name = place[..<colon].filter { $0 != "[" && $0 != "]" }
    guard let address = IPAddress(String(name)),
      let port = colon == place.endIndex ? 80 : UInt16(place[place.index(after: colon)...]), port > 0
    else { return nil }
    return (Endpoint(address, port), path)
  }
}

/// What was seen of what can be reached.
struct ExposureSight {
  var network: GatewayNetwork
  var ports: [ExposedPort] = []
  var devices: [Device] = []
  var use = ObservedUse()
  var isFilterRead = false
  /// Connections of TCP that the gateway itself has with others; `nil` where that was not looked at.
  var connections: Int?
  /// What could not be seen, and what to do about it.
  var problems: [String] = []

  func tellProblems() { for problem in problems { Output.say("kadomori: \(problem)") } }
}

extension MappingQuestion.Fault {
  var text: String {
    switch self {
    case .system(let error): "\(error)"
    case .noAnswer: "no answer within \(MappingQuestion.patience)"
    case .notHTTP: "the answer is no HTTP/1.1 with a length"
    case .noService: "its description names no service for port mappings; give the address of rootDesc.xml"
    case .refused(606): "it tells its mappings to nobody (error 606)"
    case .refused(let code): "it refuses to list its mappings (error \(code))"
    }
  }
}
