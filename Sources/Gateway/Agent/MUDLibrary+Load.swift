import LinuxIO
package import MUD

extension MUDLibrary {
  /// More than that is refused by the reader, which says so.
  private static let fileLimit = 1_048_576

  /// Reads the MUD files in folders; a file that cannot be used is told with its place and passed over.
  package static func load(_ folders: [String]) -> (library: MUDLibrary, problems: [String]) {
    var library = MUDLibrary()
    var problems: [String] = []
    for folder in folders {
      do throws(SystemError) {
        for name in try Files.names(in: folder, suffix: ".json") {
          let path = "\(folder)/\(name)"
          do { try library.add(try Files.read(path, limit: fileLimit), name: path) } catch {
            problems.append("mud: \(error)")
          }
        }
      } catch {
        problems.append("mud: \(error)")
      }
    }
    return (library, problems + library.notes.map { "mud: \($0)" })
  }

  /// Where the MUD files of this site are: its own folder if there is one, and the one that the configuration names.
  package static func folders(_ paths: Paths, configured folder: String?) -> [String] {
    (Files.exists(paths.localMUD) ? [paths.localMUD] : []) + (folder.map { [$0] } ?? [])
  }
}
