package import Settings

extension ProfileSet {
  /// Where the packages put what came with the product.
  package static let shippedFolder = "/usr/share/kadomori/firmware-profiles"
  /// Where the person who runs the site puts their own.
  package static let localFolder = "/etc/kadomori/profiles.d"

  /// Reads both folders, and joins what was delivered; a broken profile is left out and reported, and never stops the
  /// others.
  package static func load(
    shipped: String = shippedFolder, delivered: [ProfileFile] = [], local: String = localFolder
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
    let readings = (files + delivered).map { $0.profile() }
    diagnostics += readings.flatMap(\.diagnostics)
    let set = ProfileSet(readings.compactMap(\.value))
    for (file, reading) in zip(files + delivered, readings) {
      guard let family = reading.value?.family, set[family] == nil else { continue }
      diagnostics.append(
        Diagnostic(
          severity: .warning, mark: Mark(file: file.path), field: "family",
          message: "no profile is called '\(family)'; nothing is taken over from it"))
    }
    return (set, diagnostics)
  }
}
