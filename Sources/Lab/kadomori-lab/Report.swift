import Addresses
import ArgumentParser
import Foundation
import Lab
import Posture

/// Runs the body of a subcommand and turns its errors into text and exit status.
func reporting(_ body: () throws -> Void) throws {
  do { try body() } catch let error as LabError {
    note(error.description)
    throw ExitCode(error.code.rawValue)
  }
}

/// Writes a line to standard error.
func note(_ text: String) {
  FileHandle.standardError.write(Data("kadomori-lab: \(text)\n".utf8))
}

/// Prints a value as JSON on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints the members of a lab as a table.
func printTable(_ document: LabDocument) {
  let loss = document.lan.loss == 0 ? "" : ", which loses \(document.lan.loss) % each way"
  print(
    "lab \(document.id) (\(document.plan.rawValue)): \(document.lan.network) behind \(document.namespaces.gateway)"
      + loss)
  for device in document.personas + [document.internet] {
    let ports = device.services.map { "\($0.port) \($0.protocol.rawValue)" }.joined(separator: ", ")
    print(
      "  " + padded(device.address.description, 15) + padded(device.mac.description, 19)
        + padded(device.name, 21) + ports)
  }
}

/// Fills text with spaces up to a width.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}

extension LabPlan: ExpressibleByArgument {}

extension LabIdentifier: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
