import ArgumentParser
import Foundation
import Logging
import PrivateBroker
import Server

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Collect until asked to end (SIGTERM, SIGINT).",
    discussion: """
      Without a configured broker a mosquitto of its own is started and supervised. It has no TLS and \
      lets anybody in, so it listens on loopback unless --listen says otherwise.
      """)

  @OptionGroup var state: StateOption

  @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Where the broker of its own listens. The default is 127.0.0.1:1883.", valueName: "address[:port]"))
  var listen: ListenAddress?

  @Option(help: ArgumentHelp("The least severe lines to log.", valueName: "level"))
  var logLevel = LogLevel.info

  func run() async throws {
    try await reporting {
      LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
      var logger = Logger(label: "kadomori-collector")
      logger.logLevel = logLevel.level
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let collector = try Collector(try settings(), searchPath: path, logger: logger)
      try await collector.collect()
    }
  }

  private func settings() throws -> CollectorSettings {
    let document = try config.map { try SettingsDocument(contentsOf: $0) } ?? SettingsDocument()
    if document.broker != nil, listen != nil {
      throw ValidationError("--listen is for the collector's own broker; the file configures another.")
    }
    let broker: CollectorSettings.Broker =
      document.broker.map { .configured($0.address, $0.credentials) }
      ?? .own(listen ?? document.listen ?? .standard)
    return CollectorSettings(
      state: state.resolve(document.state),
      name: document.name ?? CollectorSettings.defaultName(host: ProcessInfo.processInfo.hostName),
      broker: broker, enrolment: document.enrolment)
  }
}

/// The levels of swift-log, as words of the command line.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

extension ListenAddress: ExpressibleByArgument {}
