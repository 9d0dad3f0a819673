import Glibc
import Profiles
import Settings

/// The folder of the repository.
let repository: String = {
  var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  parts.removeLast(4)
  return parts.joined(separator: "/")
}()

let profileFolder = repository + "/firmware-profiles"

/// Everything the product ships, read once.
let shipped = ProfileSet.load(shipped: profileFolder, local: "/nonexistent")

/// Reads a profile from text, as if it were the file `NAME.yaml`.
func read(_ text: String, name: String = "x") -> DocumentReading<FirmwareProfile> {
  ProfileFile(path: "\(name).yaml", bytes: Array(text.utf8), author: .local).profile()
}
