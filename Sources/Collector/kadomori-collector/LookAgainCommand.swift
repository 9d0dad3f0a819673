import Addresses
import ArgumentParser
import Campaigns
import Glibc
import LinuxIO
import Posture
import Profiles
import SecondLook
import WideScan

/// Asks open ports what they are for a campaign that started it: no store, no configuration, no login.
struct LookAgainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "look-again", abstract: "Ask open ports of a campaign; 'campaign start' runs it.",
    shouldDisplay: false)

  /// Where the collector's package puts firmware profiles.
  private static let profiles = "/usr/share/kadomori-collector/firmware-profiles"

  func run() async throws { try ScanPipe().serve(Self.ask) }

  private static func ask(_ pipe: ScanPipe) throws {
    signal(SIGPIPE, SIG_IGN)
    let signals = try StopSignals()
    let order: LookOrder = try pipe.order()
    // The same judgement as a scan's: what is not authorised today is not asked, whoever had found it.
    let desk = try ScanDesk(ScanOrder(spec: order.spec, shard: "1/1", checkpoint: nil))
    var list = order.spec.optOuts.map(OptOutFile.init)
    var leftAlone = try list?.first() ?? .empty
    let folder = order.profiles ?? Self.profiles
    // A folder that a person named holds everything that is wanted.
    let local = order.profiles == nil ? ProfileSet.localFolder : folder + "/profiles.d"
    let reader = LookReader(ProfileSet.load(shipped: folder, local: local).set)
    let until = desk.authorisation.validUntil
    let ended = Clocks.sinceBoot + .milliseconds(until.milliseconds - Clocks.wall.milliseconds)
    var interrupted = false
    let targets = order.targets.compactMap { target in
      IPAddress(target.address).map { LookRound.Target($0, target.port) }
    }
    let looker = Looker(
      targets, interface: desk.plan.interface,
      mayAsk: { target in
        Clocks.sinceBoot < ended && desk.space.target(target.address, target.port) != nil
          && !leftAlone.contains(target.address)
      },
      told: { address, answers in
        for (port, look) in reader.looks(answers, at: address, time: Clocks.wall) {
          pipe.put(
            ScannerLine.bytes(
              "told", ScannerLine.Look(address: address.description, port: port, look: look)))
        }
      },
      turn: {
        try pipe.flush()
        if let news = list?.news() { leftAlone = news }
        if signals.next() != nil { interrupted = true }
        return !interrupted
      })
    try looker.run()
    try pipe.finish()
    if interrupted { throw ExitCode(130) }
  }
}
