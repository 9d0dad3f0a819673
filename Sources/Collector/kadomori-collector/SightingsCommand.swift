import ArgumentParser
import FleetContract
import FleetStore
import LinuxIO
import Posture
import Sightings

struct SightingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sightings", abstract: "Take up what is seen from outside.", subcommands: [Import.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Store a list of ports that were looked at from outside, and say whose they are.",
      discussion: """
        Columns or names: time (UTC, as 2026-11-22T23:19:00Z), address, transport (tcp, udp), port; and if known \
        protocol, tls (true, false), state (open, closed, silent; without it open), source. Others are passed over. \
        The same line again changes nothing. A sighting belongs to the gateway whose session, or lease, had the \
        address in that second; where several shared it, to nobody.
        """)

    @Option(help: ArgumentHelp("Who looked, for lines that do not say.", valueName: "name"))
    var source: TopicName?

    @OptionGroup var list: ListOptions

    func run() async throws {
      try await reporting {
        let read = RecordFile(
          sightings: try list.bytes(), source: source?.description, now: Clocks.wall)
        try list.judge(read)
        let store = try list.openStore()
        var result = SightingImport()
        // Pieces, so that the collector that runs beside is never kept from writing for long.
        for start in stride(from: 0, to: read.values.count, by: 5000) {
          let piece = Array(read.values[start..<min(start + 5000, read.values.count)])
          result.add(try store.add(piece, at: Clocks.wall))
        }
        if list.json { return try printJSON("import", result) }
        let nobody = result.unattributed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print(
          "\(read.values.count) sightings read, \(result.added) new: \(result.attributed) of a gateway, not "
            + "attributable: \(nobody.isEmpty ? "none" : nobody.joined(separator: ", "))")
      }
    }
  }
}

struct LeasesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leases", abstract: "Take up which gateway had which address.", subcommands: [Import.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract:
        "Store a list of leases (DHCP, RADIUS accounting, port blocks), and judge sightings again by it.",
      discussion: """
        Columns or names: from, until (empty while it lasts), address (or a block, as 2001:db8:1::/56), gateway (or \
        'shared' where translation puts many behind one address), and ports (as 1024-2047) where an address is \
        shared by ports. The addresses of sessions at the collector's own broker are known without any list.
        """)

    @OptionGroup var list: ListOptions

    func run() async throws {
      try await reporting {
        let read = RecordFile(tenures: try list.bytes(), now: Clocks.wall)
        try list.judge(read)
        let added = try list.openStore().add(read.values)
        if list.json { return try printJSON("import", ["added": added]) }
        print("\(read.values.count) leases read, \(added) new or changed")
      }
    }
  }
}

extension SightingImport {
  fileprivate mutating func add(_ other: SightingImport) {
    added += other.added
    attributed += other.attributed
    unattributed.merge(other.unattributed, uniquingKeysWith: +)
  }
}
