import ArgumentParser
import FleetStore
import Foundation
import Glibc
import LinuxIO
import Posture
import Server

struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Check, back up, restore, export, import and move what is stored.",
    subcommands: [Check.self, Backup.self, Restore.self, Export.self, Import.self, Move.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Read every page and say what is wrong; exits with 65 where anything is.",
      discussion: """
        What follows from something else, how far findings are and how many there are of each, is worked out again and \
        compared. --repair writes it anew, also while the collector runs.
        """)
    @Flag(help: "Work out anew what follows from something else that is stored.") var repair = false
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        if repair {
          try show.state.openToChange().repair()
          talk("worked out anew: how far findings are, and all counts")
        }
        let check = try show.openStore().check()
        if show.json {
          try printJSON("store", check)
        } else {
          check.faults.forEach { print(TerminalText.line($0, limit: 400)) }
          var table = Table(["TABLE", "ROWS"])
          for (name, count) in check.rows.sorted(by: { $0.key < $1.key }) {
            table.add([name, String(count)])
          }
          print(table.text)
          print("\nschema: \(check.version)\n\(check.isSound ? "sound" : "damaged: restore a backup")")
        }
        if !check.isSound { throw ExitCode(ExitStatus.data.rawValue) }
      }
    }
  }

  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup",
      abstract: "Write a copy of this moment into a new file, also while the collector runs.")
    @Argument(help: ArgumentHelp("The file; it must not be there yet.", valueName: "file")) var file: String
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        umask(0o077)
        let target = try NewFile.demand(file)
        // The copy is made beside the store, by its owner, and handed to who asked for it.
        let directory = state.resolve()
        try StoreLocation.demandFile(directory)
        let store = try state.openToChange()
        let copy = directory + "/backup-\(getpid()).sqlite"
        unlink(copy)
        defer { unlink(copy) }
        try store.backUp(to: copy)
        guard try FleetStore.openToRead(copy).check().isSound else {
          talk("the copy is damaged, and so is the store; see 'store check'")
          throw ExitCode(ExitStatus.data.rawValue)
        }
        try FileCopy.copy(copy, toNew: target)
        talk("written: \(target)")
      }
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Put a backup in the place of the store; the collector must not run.",
      discussion: """
        What is there is kept beside as fleet.sqlite.before-TIME. Records that came after the backup were acknowledged, \
        and their gateways do not send them again; their states come with the next report.
        """)
    @Argument(help: ArgumentHelp("The backup.", valueName: "file")) var file: String
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        umask(0o077)
        let directory = state.resolve()
        let path = directory + "/" + FleetStore.fileName
        let source = try OpenFile(reading: file)
        try StateOwner.become(ownerOf: directory)
        let lock = try StoppedCollector.lock(directory)
        try StoreLocation.demandFile(directory)
        let copy = path + ".restored"
        for ending in ["", "-wal", "-shm"] { unlink(copy + ending) }
        try source.copy(toNew: copy)
        do {
          // Also brings a backup of an older version up to this one.
          let restored = try FleetStore.open(copy)
          let check = try restored.check()
          guard check.isSound else { throw StoreError.damaged(file, check.faults.first ?? "") }
          try restored.noteRestored()
        } catch {
          for ending in ["", "-wal", "-shm"] { unlink(copy + ending) }
          throw error
        }
        let kept = path + ".before-" + Clocks.wall.wholeSeconds.description.replacing(":", with: "")
        for ending in ["", "-wal", "-shm"] {
          if access(path + ending, F_OK) == 0 { try move(path + ending, kept + ending) }
        }
        for ending in ["-wal", "-shm", ""] where access(copy + ending, F_OK) == 0 {
          try move(copy + ending, path + ending)
        }
        talk("restored; what was there is \(kept)")
        withExtendedLifetime(lock) {}
      }
    }

    private func move(_ old: String, _ new: String) throws {
      try system("rename", old) { rename(old, new) }
    }
  }
}
