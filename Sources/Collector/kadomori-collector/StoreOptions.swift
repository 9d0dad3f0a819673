import ArgumentParser
import FleetStore
import Foundation
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
    return URL(filePath: chosen).standardizedFileURL.path()
      .removingPercentEncoding.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
      ?? chosen
  }
}

/// What every command that shows something takes.
struct ShowOptions: ParsableArguments {
  @OptionGroup var state: StateOption

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  func openStore() throws -> FleetStore {
    try FleetStore.openToRead(state.resolve() + "/" + FleetStore.fileName)
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
