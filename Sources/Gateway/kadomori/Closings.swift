import Agent
import ArgumentParser
import Firewall
import Posture
import Wording

/// Shows what is kept closed.
struct Closings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "closings",
    abstract: "Show what is kept closed, on trial or confirmed, and how often it kept somebody out.")

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var firewall: FirewallOptions

  func run() throws {
    let (closings, isContested) = try firewall.closings(.closings)
    if json { return try Output.document(ClosingsDocument(closings: closings, contested: isContested)) }
    if isContested {
      Output.say(
        LocalizedText(
          ja: "警告: 他のプログラムが閉鎖を何度も取り除くため、元に戻すのをやめました。確認のうえ、もう一度閉じてください。",
          en:
            "ALARM: something else keeps removing these closings, so they are left as they are; find it, then close again"
        )[Terminal.language])
    }
    if closings.isEmpty {
      return Output.say(LocalizedText(ja: "何も閉じていません。", en: "nothing is kept closed")[Terminal.language])
    }
    try Output.write(ClosingLines(closings: closings).rendered)
  }
}

/// Makes a trial last.
struct Confirm: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm",
    abstract: "Keep closed what a plan has on trial; only who closed it can.")

  @Argument(help: ArgumentHelp("The plan's id.", valueName: "plan"))
  var plan: String

  @OptionGroup var operators: OperatorOptions

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var firewall: FirewallOptions

  func run() throws {
    let closings = try firewall.closings(.confirm(plan: plan, operators: operators.names)).closings
    if json { return try Output.document(ClosingsDocument(closings: closings)) }
    try Output.write(ClosingLines(closings: closings).rendered)
  }
}

/// Opens what was closed.
struct Undo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Open again what was closed; with --all everything, also when nothing of Kadomori runs.")

  @Argument(
    help: ArgumentHelp(
      "Ids of closings or plans, or of findings that 'kadomori fix' closed something for.", valueName: "id"))
  var ids: [String] = []

  @OptionGroup var operators: OperatorOptions

  @Flag(help: "Everything.")
  var all = false

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    guard all == ids.isEmpty else { throw ValidationError("name what to open, or --all") }
    let ids = try closings(of: ids)
    do throws(AgentError) {
      if all {
        _ = try firewall.ask(.undoAll)
      } else {
        try tell(try firewall.closings(.undo(ids: ids, operators: operators.names)).closings)
      }
    } catch {
      // What cannot be asked for is done here: nobody must stay locked out because a service does not run.
      guard error.code == .unavailable else { throw error }
      Output.say("kadomori: \(error); changing the firewall without it")
      let keeper = try firewall.keeper()
      if all {
        try wrapping { () throws(FirewallError) in try keeper.undoAll(by: .own) }
      } else {
        try tell(try wrapping { () throws(FirewallError) in try keeper.undo(ids, by: .own) })
      }
    }
    if all { Output.say(LocalizedText(ja: "すべて開きました。", en: "everything is open again")[Terminal.language]) }
  }

  /// What findings stand for, and everything else as it is.
  private func closings(of ids: [String]) throws(AgentError) -> [String] {
    let store = FixStore(pathOptions.paths)
    var all: [String] = []
    for id in ids {
      guard !id.hasPrefix("cl-"), !id.hasPrefix("plan-") else {
        all.append(id)
        continue
      }
      guard let closings = store.closings(of: id) else {
        throw AgentError(
          .notFound,
          "nothing was closed for '\(id)' by 'kadomori fix'; 'kadomori closings' shows what is closed")
      }
      all += closings
    }
    return all
  }

  private func tell(_ closings: [Closing]) throws(AgentError) {
    if json { return try Output.document(ClosingsDocument(closings: closings)) }
    for closing in closings {
      Output.say(
        LocalizedText(
          ja: "\(closing.id) \(closing.target.port) を開きました。",
          en: "\(closing.id) \(closing.target.port) is open again")[
            Terminal.language])
    }
  }
}
