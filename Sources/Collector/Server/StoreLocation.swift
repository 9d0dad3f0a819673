import FleetStore
package import LinuxIO

/// Where the store of a state directory is: in its file `fleet.sqlite`, unless its file `store` names a database.
///
/// The collector notes there what its configuration file says, so that every command needs the state directory alone.
package enum StoreLocation {
  private static let fileName = "store"

  /// The path of the file, or the URI of the database.
  package static func of(_ state: String) throws(SystemError) -> String {
    try noted(in: state) ?? state + "/" + FleetStore.fileName
  }

  /// What is noted, if anything is.
  package static func noted(in state: String) throws(SystemError) -> String? {
    let file = state + "/" + fileName
    guard Files.exists(file) else { return nil }
    let text = String(decoding: try Files.read(file, limit: 4096), as: UTF8.self)
    let line = text.prefix { !$0.isNewline }
    return line.isEmpty ? nil : String(line)
  }

  /// Notes where the store is from now on.
  package static func note(_ location: String, in state: String) throws(SystemError) {
    guard try noted(in: state) != location else { return }
    try Files.replace(state + "/" + fileName, with: Array((location + "\n").utf8), mode: 0o640)
  }
}
