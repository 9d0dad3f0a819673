package import Settings

extension ProfileSet {
  /// Where the packages put what came with the product.
  package static let shippedFolder = "/usr/share/kadomori/firmware-profiles"
  /// Where the person who runs the site puts their own.
  package static let localFolder = "/etc/kadomori/profiles.d"

  /// Reads both folders; a broken profile is left out and reported, and never stops the others.
  package static func load(
    shipped: String = shippedFolder, local: String = localFolder
  ) -> (set: ProfileSet, diagnostics: [Diagnostic]) {
    var files: [ProfileFile] = []
    var diagnostics: [Diagnostic] = []
    for (folder, author) in [(shipped, FirmwareProfile.Author.shipped), (local, .local)] {
      do throws(SettingsError) {
        for name in try SettingsFile.names(in: folder, suffix: ".yaml") {
          do throws(SettingsError) {
            files.append(try ProfileFile(path: "\(folder)/\(name)", author: author))
          } catch {
            diagnostics += error.diagnostics
          }
        }
      } catch {
        diagnostics += error.diagnostics
      }
    }
    let readings = files.map { $0.profile() }
    diagnostics += readings.flatMap(\.diagnostics)
    return (ProfileSet(readings.compactMap(\.value)), diagnostics)
  }
}
