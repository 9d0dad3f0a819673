import ArgumentParser
import FleetContract
import Rollout

/// The arguments of the verbs.
struct VerbOptions: ParsableArguments {
  @Option(help: ArgumentHelp("scan: only this LAN of those its owner named.", valueName: "name"))
  var interface: String?

  @Option(help: ArgumentHelp("confirm, undo: the closing.", valueName: "id"))
  var closing: TopicName?

  @Option(help: ArgumentHelp("close: the service, such as tcp/23.", valueName: "service"))
  var service: String?

  @Option(help: "close: where it is closed.")
  var place: Command.ClosingOrder.Place = .gateway

  @Option(help: ArgumentHelp("set-policy: the time between scans.", valueName: "seconds"))
  var scanEvery: Int64?

  /// The command; an option of another verb is a mistake rather than to be passed over.
  func command(_ verb: CommandVerb) throws -> Command {
    let given = [
      "--interface": (interface != nil, [CommandVerb.scan]),
      "--closing": (closing != nil, [.confirm, .undo]),
      "--service": (service != nil, [.close]), "--scan-every": (scanEvery != nil, [.setPolicy]),
    ]
    if let stray = given.first(where: { $0.value.0 && !$0.value.1.contains(verb) })?.key {
      throw ValidationError("\(stray) is not for '\(verb.rawValue)'.")
    }
    func missing(_ option: String) -> ValidationError {
      ValidationError("'\(verb.rawValue)' needs \(option).")
    }
    switch verb {
    case .scan:
      if let interface, !Command.isInterfaceName(interface) {
        throw ValidationError("'\(interface)' cannot be the name of an interface.")
      }
      return .scan(interface: interface)
    case .plan: return .plan
    case .release: return .release
    case .report: return .report
    case .close:
      guard let service, Command.isService(service) else { throw missing("--service tcp/PORT or udp/PORT") }
      return .close(Command.ClosingOrder(place: place, service: service))
    case .confirm, .undo:
      guard let closing else { throw missing("--closing") }
      return verb == .confirm ? .confirm(closing: closing) : .undo(closing: closing)
    case .setPolicy:
      guard let scanEvery, Command.scanIntervals.contains(scanEvery) else {
        throw missing(
          "--scan-every \(Command.scanIntervals.lowerBound) to \(Command.scanIntervals.upperBound)")
      }
      return .setPolicy(scanEvery: .seconds(scanEvery))
    }
  }
}

/// To whom, in which steps.
struct TargetOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A gateway to command; may be repeated.", valueName: "gateway"))
  var gateway: [GatewayID] = []

  @Option(
    help: ArgumentHelp(
      "Command every gateway that enrolled for this group and has ever reported.", valueName: "group"))
  var group: TopicName?

  @Flag(help: "Command every gateway that has ever reported and is not revoked.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Command them in stages, each by the share of all that it ends with: 1%,10%,100%.",
      discussion: "A stage begins when every gateway of the one before has ended. Implies --wait.",
      valueName: "shares"))
  var stages: String?

  @Option(
    help: ArgumentHelp(
      "Command no more when more than this share of those commanded has failed. The default is 0%.",
      valueName: "share"))
  var stopOnFailures = Percent.none

  func validate() throws {
    guard [!gateway.isEmpty, group != nil, all].count(where: { $0 }) == 1 else {
      throw ValidationError("Name the gateways with --gateway, or --group, or --all.")
    }
    _ = try shares()
  }

  func shares() throws -> [Percent] {
    guard let stages else { return [.all] }
    return try stages.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let share = Percent(String(part)), share > .none else {
        throw ValidationError("'\(part)' is no share of the gateways; write them as 1%,10%,100%.")
      }
      return share
    }
  }
}

extension CommandVerb: ExpressibleByArgument {}
extension Command.ClosingOrder.Place: ExpressibleByArgument {}
extension TopicName: ExpressibleByArgument {}
extension Percent: ExpressibleByArgument {}
