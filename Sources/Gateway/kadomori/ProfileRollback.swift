import Agent
import ArgumentParser
import FleetContract
import LinuxIO
import LocalControl
import Wording

/// Has other profiles count than those that the provider sent last.
struct ProfileRollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Go back to the profiles that the provider sent before, or to the package's.",
    discussion: """
      It holds until the provider sends a newer version. The running agent takes it up at once. Ends with 3 where \
      there is nothing to go back to.
      """)

  @Flag(help: "Pass over everything the provider has sent so far.")
  var packaged = false

  @Flag(help: "Take the newest again.")
  var newest = false

  @OptionGroup var pathOptions: PathOptions

  func validate() throws {
    guard !(packaged && newest) else { throw ValidationError("Give --packaged or --newest, not both.") }
  }

  func run() throws {
    let paths = pathOptions.paths
    var bundles = ProfileBundles(paths)
    try bundles.choose(newest ? .newest : packaged ? .packaged : .previous)
    let told = (try? ControlClient.ask(.reload, at: paths.controlSocket)) != nil
    let version = bundles.inUse.map { "\($0.bundle.version)" }
    Output.say(
      LocalizedText(
        ja: version.map { "配信された版 \($0) を使います。" } ?? "パッケージの一覧だけを使います。",
        en: version.map { "version \($0) of what was sent counts now" } ?? "the package's profiles count now")[
          Terminal.language])
    if !told, Files.exists(paths.controlSocket) {
      Output.say("kadomori: the running agent could not be told; restart it: systemctl restart kadomori")
    }
  }
}
