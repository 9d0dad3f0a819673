import ArgumentParser
import FleetStore
import Glibc
import LinuxIO
import Server

extension StoreCommand {
  struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "move",
      abstract: "Copy the store to another place and use it there; the collector must not run.",
      discussion: """
        The place is the URI of a PostgreSQL database, 'postgresql://role@host/database', or the path of a new file. The \
        copy is read back and compared before it counts, and what was copied stays where it is. From then on the state \
        directory names the new place to every command; a 'store:' in the configuration file has to name it, too. \
        A password belongs in a file that 'passfile=' names, never in the URI.
        """)
    @Argument(help: ArgumentHelp("Where it is to be.", valueName: "place")) var place: String
    @OptionGroup var state: StateOption

    func validate() throws {
      if FleetStore.isDatabase(place) {
        if let problem = FleetStore.problem(ofDatabase: place) { throw ValidationError("\(problem).") }
      } else if !place.hasPrefix("/") {
        throw ValidationError(
          "'\(place)' is neither an absolute path nor a URI; write /…/fleet.sqlite or postgresql://role@host/database."
        )
      }
    }

    func run() async throws {
      try await reporting {
        umask(0o077)
        let directory = state.resolve()
        try StateOwner.become(ownerOf: directory)
        let lock = try StoppedCollector.lock(directory)
        let old = try StoreLocation.of(directory)
        let rows = try FleetStore.openToRead(old).copy(to: place)
        guard try FleetStore.openToRead(place).check().isSound else {
          throw StoreError.damaged(place, "what was copied is not sound")
        }
        try StoreLocation.note(place, in: directory)
        talk("\(rows.values.reduce(0, +)) rows of \(rows.count) tables are in \(place); \(old) is as it was")
        withExtendedLifetime(lock) {}
      }
    }
  }
}

extension StoreLocation {
  /// Ends the program where the store is no file.
  static func demandFile(_ directory: String) throws {
    let place = try of(directory)
    guard FleetStore.isDatabase(place) else { return }
    talk("\(place) is backed up and restored with PostgreSQL's own pg_dump and pg_restore, or 'store export'")
    throw ExitCode(ExitStatus.unavailable.rawValue)
  }
}
