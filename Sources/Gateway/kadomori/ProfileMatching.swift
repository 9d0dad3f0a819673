import Addresses
import Agent
import ArgumentParser
import LinuxIO
import Posture
import Profiles
import Wording

/// Says which profile fits a device, and why.
struct ProfileMatching: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Say which firmware profiles fit devices of a scan, how well, and why.",
    discussion: """
      Reads what 'kadomori scan --json' or 'kadomori devices --json' printed, or, without a file, what the agent's \
      last scan found. Ends with 3 where the device is not in it.
      """)

  @Argument(help: ArgumentHelp("The file; - for standard input.", valueName: "file"))
  var file: String?

  @Option(
    help: ArgumentHelp("Only this device: its id, IP address or hardware address.", valueName: "device"))
  var device: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  private static let fileLimit = 16 * 1_048_576

  func run() throws {
    let paths = pathOptions.paths
    let reports = try reports(paths)
    var devices = reports.flatMap(\.devices)
    if let device {
      guard let found = DeviceText.device(named: device, in: reports) else {
        throw AgentError(.notFound, "\(device) is no device of that scan; 'kadomori devices' lists them")
      }
      devices = [found]
    }
    let profiles = ProfileLoading.load(paths)
    let answers = devices.map { DeviceMatches($0, profiles.matches(of: $0)) }
    if json { return try Output.document(ProfileMatchDocument(answers)) }
    try Output.write(answers.map { $0.rendered(Terminal(1), Terminal.language) }.joined())
  }

  private func reports(_ paths: Paths) throws(AgentError) -> [PostureReport] {
    guard let file else {
      let store = PostureStore(paths)
      let reports = pathOptions.runningReports ?? store.interfaces.compactMap(store.graded)
      guard !reports.isEmpty else {
        throw AgentError(
          .notFound,
          "no posture in \(paths.state) that this user may read; give the output of 'kadomori scan --json' as a file"
        )
      }
      return reports
    }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Files.read(file == "-" ? "/dev/stdin" : file, limit: Self.fileLimit)
    } catch {
      throw AgentError(error.isPermission ? .permission : .notFound, "\(error)")
    }
    guard
      let reports = JSON.decode([PostureReport].self, bytes)
        ?? JSON.decode(PostureReport.self, bytes).map({ [$0] })
    else {
      throw AgentError(
        .data,
        "\(file) is no output of 'kadomori scan --json' or 'kadomori devices --json'; print it again with this version"
      )
    }
    return reports
  }
}

/// One device and the profiles that fit it, the best first.
struct DeviceMatches {
  let device: Device
  let matches: [ProfileMatch]

  init(_ device: Device, _ matches: [ProfileMatch]) {
    self.device = device
    self.matches = matches
  }

  func rendered(_ terminal: Terminal, _ language: Language) -> String {
    func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
    let name = device.addresses.first?.description ?? device.mac?.description ?? device.id
    guard let best = matches.first else {
      return "\(TextWidth.fit(name, to: 24))" + words("no profile fits", "当てはまる一覧はありません") + "\n"
    }
    var lines = [
      "\(TextWidth.fit(name, to: 24))\(TextWidth.fit(best.profile.id, to: 28))\(percent(best))  \(best.profile.title[language])"
    ]
    lines += best.evidence.map { "    " + words("because of ", "根拠: ") + $0.description }
    lines += matches.dropFirst().map {
      "    " + words("less well: ", "次点: ") + "\($0.profile.id) \(percent($0))"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func percent(_ match: ProfileMatch) -> String { "\(Int((match.confidence * 100).rounded())) %" }
}

/// What `kadomori profile match --json` prints.
struct ProfileMatchDocument: Encodable {
  struct Answer: Encodable {
    var device: String
    /// The best first.
    var matches: [Match]
  }

  struct Match: Encodable {
    var profile: String
    var origin: String
    var confidence: Double
    var evidence: [String]
  }

  var v = "1.0"
  var devices: [Answer]

  init(_ answers: [DeviceMatches]) {
    devices = answers.map { answer in
      Answer(
        device: answer.device.id,
        matches: answer.matches.map {
          Match(
            profile: $0.profile.id, origin: $0.profile.author.rawValue, confidence: $0.confidence,
            evidence: $0.evidence.map(\.description))
        })
    }
  }
}
