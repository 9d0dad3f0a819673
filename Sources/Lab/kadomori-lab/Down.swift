import ArgumentParser
import Lab

/// Removes labs.
struct Down: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Removes exactly what a lab made, also after a crash.",
    discussion: "Removing a lab that is not there is no error.")

  @Argument(help: "The lab; may be left out when only one stands.")
  var lab: LabIdentifier?

  @Flag(help: "Remove all labs.")
  var all = false

  func validate() throws {
    if all, lab != nil { throw ValidationError("Say either a lab or --all.") }
  }

  func run() throws {
    try reporting {
      var ids: [LabIdentifier] = []
      if all {
        ids = LabStore().identifiers()
      } else if let lab {
        ids = [lab]
      } else if LabStore().identifiers().count > 1 {
        throw LabError(.usage, "several labs stand: say which, or --all")
      } else {
        ids = LabStore().identifiers()
      }
      var failure: LabError?
      for id in ids {
        do { try LabRun.down(id) } catch let error as LabError {
          note("lab \(id): \(error.description)")
          failure = error
        }
      }
      if let failure { throw ExitCode(failure.code.rawValue) }
    }
  }
}
