import ArgumentParser
import Lab

/// Lists the labs.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists the labs that stand.")

  @Flag(help: "Print a JSON document.")
  var json = false

  private struct Entry: Encodable {
    let id: LabIdentifier
    let plan: LabPlan
    let state: LabRun.Condition
    let directory: String
    let personas: [String]
  }

  private struct Listing: Encodable {
    let schema = "kadomori-lab-list/1"
    let labs: [Entry]
  }

  func run() throws {
    let entries = LabRun.standing().map {
      Entry(
        id: $0.id, plan: $0.document.plan, state: $0.condition, directory: $0.directory.path,
        personas: $0.document.personas.map(\.name))
    }
    if json { return try printJSON(Listing(labs: entries)) }
    for entry in entries {
      print(
        padded(entry.id.description, 6) + padded(entry.plan.rawValue, 9)
          + padded(entry.state.rawValue, 10)
          + "\(entry.personas.count) personas  \(entry.directory)")
    }
  }
}

/// Describes one lab again.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Describes a lab as 'up' did.")

  @Argument(help: "The lab; may be left out when only one stands.")
  var lab: LabIdentifier?

  @Flag(help: "Print the JSON document.")
  var json = false

  func run() throws {
    try reporting {
      let run = try lab.map { try LabRun($0) } ?? LabRun.only()
      if json { try printJSON(run.document) } else { printTable(run.document) }
    }
  }
}
