import ArgumentParser
import FleetContract
import FleetStore
import Glibc
import LinuxIO
import Server

extension StoreCommand {
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Print the whole store as lines of JSON that another engine can read, too.")
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        let store = try FleetStore.openToRead(state.store())
        let output = LineOutput()
        let rows = try store.export(output.put)
        try output.flush()
        talk("\(rows) rows")
      }
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Make a store of an exported one, in a state directory that has none.")
    @Argument(help: ArgumentHelp("The exported store.", valueName: "file")) var file: String
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        umask(0o077)
        let source = try OpenFile(reading: file)
        let directory = state.resolve()
        try Files.createDirectory(directory, mode: 0o750)
        try StateOwner.become(ownerOf: directory)
        let lock = try StoppedCollector.lock(directory)
        let place = try StoreLocation.of(directory)
        if FleetStore.isDatabase(place) { return try fill(place, from: source) }
        let path = try NewFile.demand(place)
        let new = path + ".imported"
        for ending in ["", "-wal", "-shm"] { unlink(new + ending) }
        do {
          let (store, rows) = try FleetStore.make(at: new) { try source.line() }
          let check = try store.check()
          guard check.isSound else { throw StoreError.damaged(file, check.faults.first ?? "") }
          try store.backUp(to: path)
          talk("\(rows) rows")
        } catch {
          for ending in ["", "-wal", "-shm"] { unlink(new + ending) }
          guard let fault = error as? DumpFault else { throw error }
          talk(TerminalText.line("\(file): \(fault); nothing is stored", limit: 400))
          throw ExitCode(ExitStatus.data.rawValue)
        }
        for ending in ["", "-wal", "-shm"] { unlink(new + ending) }
        withExtendedLifetime(lock) {}
      }
    }

    private func fill(_ database: String, from source: OpenFile) throws {
      do {
        let rows = try FleetStore.make(at: database) { try source.line() }.rows
        talk("\(rows) rows")
      } catch let fault as DumpFault {
        talk(TerminalText.line("\(file): \(fault); nothing is stored", limit: 400))
        throw ExitCode(ExitStatus.data.rawValue)
      }
    }
  }
}

/// Lines to standard output, in large pieces.
private final class LineOutput {
  private var waiting: [UInt8] = []

  func put(_ line: String) throws {
    waiting += Array(line.utf8) + [0x0a]
    if waiting.count > 1 << 16 { try flush() }
  }

  func flush() throws {
    var sent = 0
    while sent < waiting.count {
      let count = waiting[sent...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
      guard count >= 0 || errno == EINTR else { throw SystemError(errno, "write", "standard output") }
      sent += max(0, count)
    }
    waiting = []
  }
}

struct EraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Erase all that is stored of one gateway, for good.",
    discussion: """
      Its reports, devices, findings, commands, addresses, and what was seen from outside of it are overwritten, and it \
      is revoked: a collector that runs puts it off its broker. What stays is that a gateway of this name was erased, \
      so that nothing of it is stored again. Backups and exports are not touched, nor are the last states that the \
      broker keeps.
      """)

  @Argument(help: ArgumentHelp("The gateway's name, 'gw-' and 16 characters.", valueName: "gateway"))
  var gateway: GatewayID
  @Flag(help: "Do it; without this nothing is changed.") var yes = false
  @OptionGroup var actor: Actor
  @OptionGroup var state: StateOption

  func validate() throws {
    guard yes else { throw ValidationError("this cannot be undone; give --yes to erase all of \(gateway).") }
  }

  func run() async throws {
    try await reporting {
      let by = try actor.name()
      guard try state.openToChange().erase(gateway, by: by, at: Clocks.wall) else {
        talk("nothing is stored of \(gateway)")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      talk("erased: \(gateway)")
    }
  }
}
