import ArgumentParser
import Campaigns
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Posture

/// Looks from outside whether what gateways closed is closed.
struct LookAtClosingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Look from outside whether what gateways closed is closed.",
    discussion: """
      When a gateway reports that it closed a port, exactly that port is probed, at the address that the gateway's own \
      session comes from, and of IPv6 and IPv4 each for itself. The verdict is closed, still_open or unjudged with its \
      reason; 'finding' and 'command confirm' show it. Silence counts as closed only where the port had been seen open \
      from here before. Needs what a campaign needs: an authorisation that covers the address, and CAP_NET_RAW for the \
      scanner.
      """)

  @Option(help: ArgumentHelp("The signed authorisation.", valueName: "file")) var authorisation: String
  @Option(
    help: ArgumentHelp(
      "Whose signatures count: a list of what 'command-key show' prints.", valueName: "file"))
  var keys: String
  @Option(help: ArgumentHelp("The interface that probes leave by.", valueName: "name")) var interface: String
  @Option(help: ArgumentHelp("Who wants to be left alone.", valueName: "file")) var optOuts: String?
  @Flag(help: "Look at what waits, and end.") var once = false
  @OptionGroup var show: ShowOptions

  /// Closings older than this were not waited for by anybody.
  private static let memory: Int64 = 86_400_000
  private static let most = 100

  func validate() throws {
    let isName =
      (1...15).contains(interface.utf8.count)
      && interface.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-@".unicodeScalars.contains($0))
      }
    guard isName else { throw ValidationError("'\(interface)' cannot be the name of an interface.") }
  }

  func run() async throws {
    try await reporting {
      let store = try show.state.openToChange()
      let look = ClosingScan(
        store: store, authorisation: Self.absolute(authorisation), keys: Self.absolute(keys),
        interface: interface, optOuts: optOuts.map(Self.absolute))
      try look.judge()
      let signals = try StopSignals()
      while true {
        let since = WallTime(milliseconds: Clocks.wall.milliseconds - Self.memory)
        for closing in try store.closingsToLookAt(since: since, limit: Self.most) {
          if signals.next() != nil { throw ExitCode(130) }
          let looks = try look.look(at: closing)
          try store.add(looks, at: closing)
          for look in looks { try tell(look) }
        }
        if once { return }
        try await Task.sleep(for: .seconds(1))
        if signals.next() != nil { throw ExitCode(130) }
      }
    }
  }

  private func tell(_ look: ClosingLook) throws {
    guard show.json else { return print(look.line) }
    struct Line: Encodable {
      let gateway: String
      let look: ClosingLook
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line: [String: AnyEncodable] = [
      "v": AnyEncodable("1.0"),
      "closing_look": AnyEncodable(Line(gateway: look.gateway.text, look: look)),
    ]
    print(String(decoding: try encoder.encode(line), as: UTF8.self))
    fflush(nil)
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }
}

extension ClosingLook {
  /// What a person reads of it.
  var line: String {
    let place = address.map { " at \($0)" } ?? ""
    return "\(gateway) \(closing) \(port)\(place): \(verdict.words)"
  }
}

extension ClosingVerdict {
  var words: String {
    let word = outcome.rawValue.replacing("_", with: " ")
    let why =
      switch reason {
      case .answered: "somebody answers there"
      case .refused: "what comes there is refused"
      case .silent: "nothing answers where it was seen open before"
      case .neverSeen: "nothing answers, and it was never seen open from here"
      case .unreachable: "there is no way to it from here"
      case .noAddress: "where the gateway's session comes from is not known"
      case .shared: "others have the same address"
      case .moved: "the gateway's session ended or moved meanwhile"
      case .notAuthorised: "no authorisation covers the address"
      case .optedOut: "the address has opted out"
      case .noQuestion: "no question is known that a service at this port of UDP would answer"
      case .notTCP: "only TCP was looked at then"
      case .notOutside: "it is not closed towards the Internet, or at an address that is not told"
      case .failed: "the scan could not be made"
      }
    return "\(word) (\(why))"
  }
}
