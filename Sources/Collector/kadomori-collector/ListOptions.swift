import ArgumentParser
import FleetStore
import Glibc
import LinuxIO
import Sightings

/// Somebody's list to read, and the store it goes to.
struct ListOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The file: CSV with a header, or JSON objects, one a line.", valueName: "file"))
  var file: String

  @Flag(help: "Pass over lines that are wrong. Without it nothing is stored when one is.")
  var skipWrong = false

  @Flag(help: "Print JSON instead of a sentence.")
  var json = false

  @OptionGroup var state: StateOption

  /// Bytes of one file.
  private static let limit = 512 << 20

  func bytes() throws -> [UInt8] {
    do {
      return try Files.read(file, limit: Self.limit)
    } catch {
      let advice =
        error.code == EFBIG ? "split it, \(Self.limit >> 20) MiB is the most" : "check its name and mode"
      talk("\(error); \(advice)")
      throw ExitCode((error.isPermission ? ExitStatus.permission : .data).rawValue)
    }
  }

  func openStore() throws -> FleetStore { try state.openToChange() }

  /// Tells what is wrong with a list, and ends the program unless wrong lines are passed over.
  func judge<Value>(_ list: RecordFile<Value>) throws {
    for fault in list.faults { talk("\(file): \(fault)") }
    let more = list.faultCount - list.faults.count
    if more > 0 { talk("\(file): and \(more) more wrong lines") }
    guard list.faultCount > 0, !skipWrong else { return }
    talk("nothing is stored; correct the lines, or pass over them with --skip-wrong")
    throw ExitCode(ExitStatus.data.rawValue)
  }
}
