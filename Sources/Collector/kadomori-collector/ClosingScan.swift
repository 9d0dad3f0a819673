import Addresses
import Campaigns
import Cryptography
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Posture
import Settings
import WideScan

/// Probes exactly one closed port at the addresses of its gateway: a port of TCP with a SYN, one of UDP with the question
/// that it answered when it was seen open, or that services at that port usually answer.
struct ClosingScan {
  let store: FleetStore
  let authorisation: String
  let keys: String
  let interface: String
  let optOuts: String?

  /// Throws where the authorisation counts for nothing, whatever is to be probed.
  func judge() throws {
    do {
      _ = try desk(nil, .tcp(1))
    } catch ScopeError.nothingLeft {
      throw WideScanError(.scope, "everybody in scope has opted out; nothing is left to look at")
    }
  }

  func look(at closing: ReportedClosing) throws -> [ClosingLook] {
    func all(_ reason: ClosingVerdict.Reason, _ address: IPAddress? = nil) -> ClosingLook {
      ClosingLook(closing, at: address, .unjudged(reason), time: Clocks.wall)
    }
    guard closing.isOutside else { return [all(.notOutside)] }
    let addresses = try store.addresses(of: closing.gateway, at: Clocks.wall)
    guard !addresses.own.isEmpty || !addresses.shared.isEmpty else { return [all(.noAddress)] }
    let seen = try store.seenProtocol(of: closing.port, at: closing.gateway)
    guard let service = Self.service(closing.port, seen) else { return [all(.noQuestion)] }
    // One of each version; of two sessions of one version, which is the gateway's nobody can say.
    var looks: [ClosingLook] = []
    for isVersion4 in [true, false] {
      let own = addresses.own.filter { $0.isVersion4 == isVersion4 }
      if let address = own.first, own.count == 1 {
        looks.append(
          ClosingLook(closing, at: address, try verdict(closing, service, seen, address), time: Clocks.wall))
      } else if !own.isEmpty || addresses.shared.contains(where: { $0.isVersion4 == isVersion4 }) {
        looks.append(all(.shared, addresses.shared.first { $0.isVersion4 == isVersion4 } ?? own.first))
      }
    }
    // At one time, so that a port that one version of IP still reaches counts as open whichever was looked at last.
    let time = Clocks.wall
    for place in looks.indices { looks[place].time = time }
    return looks
  }

  /// What the port is probed for; `nil` where nobody knows what a service there would answer.
  private static func service(_ port: Addresses.Port, _ seen: ServiceProtocol?) -> ProbedService? {
    guard port.transport == .udp else { return .tcp(port.number) }
    let asked = seen.flatMap { DatagramQuestion.named($0.rawValue)?.at(port: port.number) }
    return (asked ?? .usual(at: port.number)).map { .udp($0) }
  }

  private func verdict(
    _ closing: ReportedClosing, _ service: ProbedService, _ seen: ServiceProtocol?, _ address: IPAddress
  ) throws -> ClosingVerdict {
    let spec: CampaignSpec
    do {
      spec = try self.spec(address, service)
    } catch ScopeError.nothingLeft {
      return .unjudged(.optedOut)
    } catch is ScopeError {
      return .unjudged(.notAuthorised)
    }
    // That a question of another protocol is not answered says nothing.
    let isAsked = service.question.map { $0.name == seen?.rawValue } ?? true
    let wasOpen = try isAsked && store.wasSeenOpen(closing.port, of: closing.gateway)
    let (state, failure) = try scan(spec)
    if let failure {
      talk(TerminalText.multiline("\(address): \(failure.text)"))
      return .unjudged(.failed)
    }
    // An answer of whoever has the address since is nothing about this gateway.
    guard try store.addresses(of: closing.gateway, at: Clocks.wall).own.contains(address) else {
      return .unjudged(.moved)
    }
    return ClosingVerdict(seen: state, wasSeenOpen: wasOpen)
  }

  private func scan(_ spec: CampaignSpec) throws -> (FoundTarget.State?, ScannerLine.Failure?) {
    let scanner = try ScannerProcess("scan-shard", ScanOrder(spec: spec, shard: "1/1", checkpoint: nil))
    var state: FoundTarget.State?
    var failure: ScannerLine.Failure?
    while !scanner.hasEnded {
      for line in try scanner.lines(waiting: 250) {
        switch line {
        case .found(let found): if state?.isSettled != true { state = found.state }
        case .failed(let told): failure = told
        case .begun, .place, .report, .look: break
        }
      }
    }
    let status = scanner.wait()
    if status != 0, failure == nil {
      failure = ScannerLine.Failure(status: status, text: "the scanner ended without a word")
    }
    return (state, failure)
  }

  /// A few probes, slowly: one port is in no hurry.
  ///
  /// However much is answered for it, that goes to nobody but us.
  private static func plan(_ interface: String, _ service: ProbedService, block: String?) -> String {
    let asked = service.question.map { "\"udp\": [\"\($0.word)\"], \"amplification\": 1000" }
    return """
      {"authorisation": "-", "interface": "\(interface)", \(asked ?? "\"ports\": [\(service.port)]"),
       "rate": 10, "start_rate": 10, "tries": 4, "most_tries": 4, "wait": "700ms"\(block.map { ", \"blocks\": [\"\($0)\"]" } ?? "")}
      """
  }

  private func desk(_ block: String?, _ service: ProbedService) throws -> (desk: ScanDesk, plan: String) {
    let text = Self.plan(interface, service, block: block)
    var plan = try Node(yaml: text, file: "the plan of a look").read(ScanPlan.format)
    (plan.authorisation, plan.optOuts) = (authorisation, optOuts)
    return (try ScanDesk(plan, keys: keys, begun: nil, resume: nil), text)
  }

  private func spec(_ address: IPAddress, _ service: ProbedService) throws -> CampaignSpec {
    let (desk, text) = try desk("\(address)/\(address.isVersion4 ? 32 : 128)", service)
    return CampaignSpec(
      plan: text, authorisation: authorisation, keys: keys, optOuts: optOuts, interface: interface,
      ports: service.transport == .tcp ? [service.port] : [], questions: service.question.map { [$0.word] },
      blocks: desk.space.blocks.map(\.description),
      plannedOptOuts: desk.plannedOptOuts.map(\.description), key: Hexadecimal.text(desk.key.bytes),
      addresses: desk.space.addressCount, targets: desk.space.count, tries: 4, shards: 1, workers: 1,
      lease: 2,
      looksAgain: false, schedule: CampaignSchedule())
  }
}
