import Addresses
import ArgumentParser
import Checkup
import Enrolment
import FleetContract
import FleetStore
import Foundation
import Ingest
import LinuxIO
import MQTTClient
import PrivateBroker
import Server
import Wording

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Look at everything the collector needs, and say what is wrong and what to do. Changes nothing.",
    discussion: """
      State directory, disk, clock, store, whether a collector runs, whether the broker lets it in, when certificates end, \
      who can read keys and passwords, notices that did not go out, and fonts for letters. Exits with 5 where \
      something does not work; a warning is no failure.
      """)

  @Option(help: ArgumentHelp("Read the collector's configuration file.", valueName: "file")) var config:
    String?
  @Option(help: ArgumentHelp("ja or en; the default is that of the terminal.", valueName: "language"))
  var language: Language?
  @OptionGroup var show: ShowOptions

  func run() async throws {
    try await reporting {
      let steps = await Checkup(try plan(), now: Clocks.wall).run()
      if show.json {
        try printJSON("doctor", steps)
      } else {
        print(CheckupText(steps, in: language ?? Self.terminalLanguage).text)
      }
      if steps.contains(where: { $0.outcome == .failed }) { throw ExitCode(ExitStatus.failed.rawValue) }
    }
  }

  private static var terminalLanguage: Language {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    return locale?.hasPrefix("ja") == true ? .ja : .en
  }

  private func plan() throws -> CheckupPlan {
    let document = try config.map { try SettingsDocument(contentsOf: $0) } ?? SettingsDocument()
    let state = show.state.resolve(document.state)
    let files = EnrolmentFiles(state: state)
    let name = document.name ?? CollectorSettings.defaultName(host: ProcessInfo.processInfo.hostName)
    // Of its own: under the collector's name it would end the collector's session.
    let session = document.sideSession(for: .door, of: name, state: state)
    // What the configuration names is what 'run' will use, also where it has not run yet.
    let store = try document.store ?? StoreLocation.of(state)
    var plan = CheckupPlan(
      state: state, store: store, broker: session.address, credentials: session.configuration)
    if let broker = document.broker {
      if let certificate = broker.credentials.security?.certificate { plan.certificates.append(certificate) }
      plan.secrets += [broker.credentials.security?.key, broker.credentials.passwordFile].compactMap(\.self)
    }
    if document.enrolment != nil {
      let own = document.enrolment?.issuer == nil
      plan.certificates += [files.authorities, files.server, files.collector]
      plan.secrets += [files.serverKey, files.collectorKey] + (own ? [files.authorityKey] : [])
    }
    plan.secrets += document.notices?.secrets ?? []
    plan.printsLetters = document.notices?.channels[.letter] != nil
    return plan
  }
}

extension Language: ExpressibleByArgument {}
