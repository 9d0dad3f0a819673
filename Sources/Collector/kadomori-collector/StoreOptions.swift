import ArgumentParser
import Enrolment
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Posture
import Server

/// Where the state is: of every command.
struct StateOption: ParsableArguments {
  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "The directory with the collector's state.",
      discussion: "The default is $STATE_DIRECTORY, or \(CollectorSettings.standardState).",
      valueName: "directory"))
  var directory: String?

  /// The directory, absolute, by option, file or environment.
  func resolve(_ configured: String? = nil) -> String {
    let environment = ProcessInfo.processInfo.environment["STATE_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
    let chosen = directory ?? configured ?? environment ?? CollectorSettings.standardState
    return URL(filePath: chosen).standardizedFileURL.path(percentEncoded: false)
      .removingPercentEncoding.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
      ?? chosen
  }
}

extension StateOption {
  /// Where the store is: a file in the directory, or a database that is noted there.
  func store(_ configured: String? = nil) throws -> String { try StoreLocation.of(resolve(configured)) }
}

/// Where enrolment is set up: of every command that changes it.
struct EnrolmentOption: ParsableArguments {
  @OptionGroup var state: StateOption

  @Option(
    help: ArgumentHelp(
      "Read state, names and issuer from the collector's configuration file.",
      discussion: "Needed where that file names an 'issuer', so that tokens are pinned to it.",
      valueName: "file"))
  var config: String?

  /// Opens store and authority as the owner of the state directory, making them where there are none.
  func open() throws -> EnrolmentAccess {
    let document = try config.map { try SettingsDocument(contentsOf: $0) } ?? SettingsDocument()
    let directory = state.resolve(document.state)
    try Files.createDirectory(directory, mode: 0o700)
    try StateOwner.become(ownerOf: directory)
    let room = try CertificateRoom(state: directory, issuer: document.enrolment?.issuer, now: Clocks.wall)
    if document.enrolment?.issuer == nil { try room.demandServed() }
    return EnrolmentAccess(
      store: try FleetStore.open(StoreLocation.of(directory)), room: room, name: document.name,
      readers: document.tenants?.flatMap(\.readers))
  }
}

/// The store and the authority of a state directory.
struct EnrolmentAccess {
  let store: FleetStore
  let room: CertificateRoom
  /// The collector's name, where its configuration file has one.
  let name: TopicName?
  /// The tenants' users, where its configuration file has tenants.
  let readers: [TenantReader]?
}

/// What every command that shows something takes.
struct ShowOptions: ParsableArguments {
  @OptionGroup var state: StateOption

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  func openStore() throws -> FleetStore {
    try FleetStore.openToRead(state.store())
  }
}

/// Prints one JSON document with its version.
func printJSON(_ name: String, _ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
  let document: [String: AnyEncodable] = ["v": AnyEncodable("1.0"), name: AnyEncodable(value)]
  print(String(decoding: try encoder.encode(document), as: UTF8.self))
}

/// A value of any type that can be encoded.
struct AnyEncodable: Encodable {
  private let value: any Encodable

  init(_ value: some Encodable) {
    self.value = value
  }

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension WallTime? {
  /// The time for a table; a dash where there is none.
  var cell: String { map { $0.description } ?? "-" }
}
