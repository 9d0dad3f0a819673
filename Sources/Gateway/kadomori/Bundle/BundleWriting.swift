import Agent
import Cryptography
import Diagnosis
import Glibc
import LinuxIO
import LocalControl
import Posture
import Profiles
import Settings
import Wording

/// Gathers an archive for support, shows all of it, and writes it after a yes.
struct BundleWriting {
  var path: String
  var config: String
  var isSure: Bool
  var json: Bool
  var paths: Paths
  var firewall: FirewallOptions

  func run() throws(AgentError) {
    // Told before anything is gathered; the file is made only where nothing is, whatever happens meanwhile.
    guard !Files.exists(path) else { return try Report.create(path, []) }
    if Files.exists(paths.state), !Files.isReadable(paths.state) {
      throw AgentError(
        .permission,
        words(
          "\(paths.state): only the agent and root may read it; use sudo",
          "\(paths.state) は管理者だけが読めます。sudo を付けてください。"))
    }
    let time = Clocks.wall
    let names = try wrapping { () throws(CryptoError) in try Pseudonyms() }
    let bundle = try Bundle(sources, names, machine: Self.machine(time))
    try Output.write(json ? bundle.document : Self.shown(bundle))
    guard try isWanted() else {
      throw AgentError(.failed, words("nothing was written", "何も書いていません。"))
    }
    try Report.create(path, bundle.archive(time: time))
    Output.say(
      words(
        "\(path) is written with what is shown above, and only you may read it",
        "上に示した内容を \(path) に書きました。あなただけが読めます。"))
  }

  private func isWanted() throws(AgentError) -> Bool {
    if isSure { return true }
    guard isatty(0) == 1 else {
      throw AgentError(
        .usage,
        words(
          "nothing was written: there is no terminal to ask at; add --yes to write what is shown",
          "質問できる端末がないため、何も書いていません。上の内容を書くには --yes を付けてください。"))
    }
    let question = words("Write this to \(path)? [y/N] ", "この内容を \(path) に書きますか。 [y/N] ")
    _ = Glibc.write(2, Array(question.utf8), question.utf8.count)
    return ["y", "yes", "はい"].contains((readLine() ?? "").lowercased())
  }

  private var sources: BundleSources {
    var status = StatusDocument.fromDisk(paths: paths, configuration: config)
    if let answer = (try? ControlClient.ask(.status, at: paths.controlSocket)) ?? nil,
      let told = JSON.decode(StatusDocument.self, answer)
    {
      status = told
    }
    let store = PostureStore(paths)
    return BundleSources(
      status: status, reports: store.interfaces.compactMap(store.graded),
      changes: try? firewall.history(), configuration: try? AgentConfiguration.read(config),
      consents: try? ConsentStore(paths).read(), steps: try? Net.diagnose(config, paths),
      profiles: ProfileLoading.load(paths))
  }

  private static func machine(_ time: WallTime) -> BundleFacts.Machine {
    var names = utsname()
    uname(&names)
    let release = withUnsafeBytes(of: names.release) { Array($0.prefix { $0 != 0 }) }
    let machine = withUnsafeBytes(of: names.machine) { Array($0.prefix { $0 != 0 }) }
    let numbers = release.prefix { (0x30...0x39).contains($0) || $0 == 0x2e }
    return BundleFacts.Machine(
      architecture: String(decoding: machine, as: UTF8.self),
      kernel: String(decoding: numbers, as: UTF8.self),
      uptimeSeconds: Clocks.sinceBoot.components.seconds, clockSynced: Clocks.wallIsSynchronised, time: time)
  }

  /// Every file as it will be in the archive.
  private static func shown(_ bundle: Bundle) -> [UInt8] {
    Array(bundle.files.map { file in Array("── \(file.name)\n".utf8) + file.content }.joined())
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}
