import Addresses
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
      Without a configured broker a mosquitto of its own is started and supervised. With 'enrolment:' in the \
      configuration it has mutual TLS, and lets in who has enrolled. Without, it lets anybody in, so it listens on \
      loopback and nowhere else unless --plain is given.
      """)

  @OptionGroup var state: StateOption

  @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Where the broker of its own listens. The default is 127.0.0.1:1883.",
      discussion: "With 'enrolment:' it is the address where gateways enrol, and the port they are told.",
      valueName: "address[:port]"))
  var listen: ListenAddress?

  @Flag(help: "Let the broker of its own listen beyond loopback without TLS, letting anybody in: for a lab.")
  var plain = false

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
      try document.broker.map { .configured($0.address, $0.credentials) } ?? .own(ownAddress(document))
    if plain, document.broker != nil || document.enrolment != nil {
      throw ValidationError(
        "--plain is for a broker without TLS; with \(document.broker != nil ? "'broker:'" : "'enrolment:'") there is "
          + "none.")
    }
    var settings = CollectorSettings(
      state: state.resolve(document.state),
      name: document.name ?? CollectorSettings.defaultName(host: ProcessInfo.processInfo.hostName),
      broker: broker, enrolment: document.enrolment, pace: document.pace)
    settings.retention = document.retention
    settings.store = document.store
    settings.health = document.health
    settings.dashboard = document.dashboard
    settings.tenants = document.tenants
    return settings
  }

  /// Where the broker of our own listens; beyond loopback only with TLS, or where somebody has asked for it plain.
  private func ownAddress(_ document: SettingsDocument) throws -> ListenAddress {
    let chosen = listen ?? document.listen
    if let enrolment = document.enrolment {
      let address = chosen?.defaulting(to: enrolment.broker.port)
      return address ?? ListenAddress(enrolment.listen.address, port: enrolment.broker.port)
    }
    let address = chosen ?? .standard
    guard address.isLoopback || plain else {
      throw ValidationError(
        "on \(address) anybody who reaches the broker could read and forge what gateways say. Give 'enrolment:' in the "
          + "configuration file, and the broker has TLS; or --plain, inside a lab.")
    }
    return address
  }
}

/// The levels of swift-log, as words of the command line.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

extension ListenAddress: ExpressibleByArgument {}
