import Agent
import ArgumentParser
import Glibc
import LinuxIO
import LocalPage
import Posture
import Profiles
import Wording

/// Writes what is known for somebody to take along: a page for the customer, or an archive for support.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page for the customer, or with --bundle an archive for support.",
    discussion: """
      The page is one HTML file without anything from elsewhere: a picture of the network with its grade, what to do, \
      and every device. It prints on A4. It goes to standard output, or to a new file with --output.

      The archive holds only what is on a list of fields: no names, addresses, texts of devices, keys or settings of \
      others, but numbers, kinds and words of closed lists. Devices and addresses have names made up for this one \
      archive, the same ones throughout it. All of it is shown before it is written.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the page to this file, which must not be there yet.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Instead of the page, write an archive (tar) to this file, which must not be there yet.",
      valueName: "file"))
  var bundle: String?

  @Flag(help: "Write the archive without asking.")
  var yes = false

  @Option(
    help: ArgumentHelp(
      "The language of the page: ja or en. The default is that of the locale.", valueName: "language"))
  var language: Language?

  @Option(name: .shortAndLong, help: ArgumentHelp("Only this LAN. The default is all.", valueName: "name"))
  var interface: String?

  @Flag(help: "Print what the page, or the archive, says as one JSON document instead.")
  var json = false

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  func validate() throws {
    if bundle != nil, output != nil { throw ValidationError("give either --output or --bundle") }
    if yes, bundle == nil { throw ValidationError("--yes is for --bundle") }
  }

  func run() throws {
    if let bundle {
      return try BundleWriting(
        path: bundle, config: config, isSure: yes, json: json, paths: pathOptions.paths, firewall: firewall
      ).run()
    }
    try page()
  }

  private func page() throws {
    let paths = pathOptions.paths
    let reports = try FoundFindings(paths, interface: interface).reports
    let summary = SiteSummary(
      reports, ProfileLoading.load(paths), language ?? Terminal.language, made: Clocks.wall)
    if json { return try Output.document(summary) }
    let bytes = Array(CustomerPage(summary: summary).rendered.utf8)
    guard let output else {
      guard isatty(1) != 1 else {
        throw AgentError(
          .usage,
          words(
            "a page is of no use on a terminal; give --output FILE", "端末には表示できません。--output でファイルを指定してください。"))
      }
      return try Output.write(bytes)
    }
    try Self.create(output, bytes)
    Output.say(
      words(
        "\(output) is written; it holds addresses and names of devices, and only you may read it",
        "\(output) に書きました。機器のアドレスと名前を含むため、あなただけが読めます。"))
  }

  /// Makes a file that only its maker may read; refuses a path where something is.
  static func create(_ path: String, _ bytes: [UInt8]) throws(AgentError) {
    do throws(SystemError) { try Files.create(path, with: bytes) } catch {
      if error.code == EEXIST {
        throw AgentError(
          .output,
          LocalizedText(
            ja: "\(path) はすでにあります。上書きしません。別の名前を指定してください。",
            en: "\(path) is there already and is not replaced; give another name")[Terminal.language])
      }
      throw AgentError(error.isPermission ? .permission : .output, "\(error)")
    }
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}

extension Language: ExpressibleByArgument {}
