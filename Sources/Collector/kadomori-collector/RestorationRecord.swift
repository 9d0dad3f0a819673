import ArgumentParser
import FleetContract
import FleetStore
import Foundation
import Packets
import Pacing
import Restoration
import Server

/// What is published for a group, as a line for the provider's own zone in DNS.
struct RestorationRecord: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Print a group's policy as a text record for a zone in DNS.",
    discussion: """
      Gateways that wait ask for NAME where 'pace_record' of their configuration names it. The record is signed with the \
      key of 'restoration:' and says what is in force now: print it anew and load the zone again when that changes, as \
      'restoration' shows it. Gateways pass over a record that is older than what they know.
      """)

  @Option(help: ArgumentHelp("The group of gateways.", valueName: "group"))
  var group: TopicName

  @Option(help: ArgumentHelp("The name in DNS, such as area-1.pace.isp.example.", valueName: "name"))
  var name: String

  @Option(help: ArgumentHelp("How many seconds name servers may remember it.", valueName: "seconds"))
  var ttl = 60

  @Option(
    help: ArgumentHelp("The collector's configuration, for 'restoration:' and its key.", valueName: "file"))
  var config: String

  @OptionGroup var state: StateOption

  func validate() throws {
    guard TXTQuestion.isName(name) else {
      throw ValidationError("--name is a name of DNS, such as area-1.pace.isp.example.")
    }
    guard (1...86_400).contains(ttl) else { throw ValidationError("--ttl goes from 1 to 86400.") }
  }

  func run() async throws {
    try await reporting {
      let document = try SettingsDocument(contentsOf: config)
      guard let pace = document.pace else {
        talk("\(config): nothing signs policies there; give it 'restoration:' with a capacity and a key")
        throw ExitCode(ExitStatus.nothing.rawValue)
      }
      let store = try FleetStore.openToRead(state.store(document.state))
      let watch = try store.restoration().map {
        try JSONDecoder().decode(FleetWatch.self, from: Data($0.0.utf8))
      }
      guard let area = watch?.areas[group.description] else {
        talk("nothing is published for group '\(group)'; 'kadomori-collector restoration' lists the others")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      let payload = try PaceDesk.payload(
        group, area.policy, PaceDesk.Terms(fleet: pace.fleet, place: pace.hint?.place),
        try KeyFile.read(pace.key))
      print(PolicyRecord(try SignedPolicy(payload: payload)).zoneLine(name: name, seconds: ttl))
    }
  }
}
