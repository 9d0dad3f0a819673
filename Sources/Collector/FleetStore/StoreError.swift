import SQLStore

/// What went wrong with the store, and what to do next.
package struct StoreError: Error, Hashable, Sendable {
  /// The only part to compare.
  package enum Code: Hashable, Sendable {
    /// No store has been made yet.
    case missing
    /// The disk is full.
    case full
    /// Another process holds the store for too long.
    case busy
    case permission
    /// The database cannot be reached.
    case unreachable
    /// The file is no store of ours, or a newer one.
    case foreign
    case damaged
    /// The disk failed.
    case disk
    case other
  }

  package var code: Code
  package var path: String
  package var detail: String

  /// A Boolean value indicating whether the same batch may succeed later.
  package var isPassing: Bool { [.full, .busy, .disk, .permission, .unreachable].contains(code) }
}

extension StoreError: CustomStringConvertible {
  package var description: String { "\(path): \(detail). \(advice)" }

  private var isDatabase: Bool { PostgresLocation.isOne(path) }

  private var advice: String {
    switch code {
    case .missing: "Start 'kadomori-collector run' first, or name its directory with --state."
    case .full: "Free space on its file system; nothing is acknowledged until then."
    case .busy: "Another program holds the store; end it or wait."
    case .permission:
      isDatabase
        ? "Check the role, its rights, and the server's pg_hba.conf; a password belongs in a file that 'passfile=' names."
        : "Check the owner and mode of the file and its directory."
    case .unreachable: "Start the server or mend the way to it; nothing is acknowledged until then."
    case .foreign:
      isDatabase
        ? "Make the database, name another, or use the version of kadomori-collector that filled it."
        : "Use the version of kadomori-collector that made it, or another --state directory."
    case .damaged: "Restore it from a backup, or move it away to begin anew."
    case .disk: "Check the disk."
    case .other: "Please report this."
    }
  }

  init(_ error: any Error, path: String) {
    self.path = path
    guard let error = error as? SQLError else {
      self.code = .other
      self.detail = String(describing: error)
      return
    }
    self.detail = error.description
    self.code =
      switch error.code {
      case .unreachable: .unreachable
      case .full: .full
      case .busy, .conflict: .busy
      case .permission: .permission
      case .foreign: .foreign
      case .damaged: .damaged
      case .disk: .disk
      case .constraint, .other: .other
      }
  }

  /// A file that is a store, and not a sound one.
  package static func damaged(_ path: String, _ detail: String) -> StoreError {
    StoreError(.damaged, path: path, detail)
  }

  init(_ code: Code, path: String, _ detail: String) {
    self.code = code
    self.path = path
    self.detail = detail
  }
}
