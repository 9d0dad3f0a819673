import LinuxIO

/// Which Debian package brought a file along, by dpkg's own lists.
package enum PackageLists {
  package static let directory = "/var/lib/dpkg/info"
  /// A list of a larger package is read up to here.
  private static let listLimit = 4 << 20

  /// The packages of files; those that are in no list are absent.
  ///
  /// Reads every list once, so ask for all files together.
  package static func owners(of files: Set<String>, in directory: String = directory) -> [String: String] {
    // Since /bin, /sbin and /lib are links, a list may name either place.
    var wanted: [[UInt8]: String] = [:]
    for file in files {
      for spelling in spellings(of: file) { wanted[Array(spelling.utf8)] = file }
    }
    guard !wanted.isEmpty, let names = try? Files.names(in: directory, suffix: ".list") else { return [:] }
    let lengths = Set(wanted.keys.map(\.count))
    var owners: [String: String] = [:]
    for name in names where owners.count < files.count {
      let package = name.dropLast(5).split(separator: ":").first.map(String.init)
      try? Files.forEachLine(of: "\(directory)/\(name)", limit: listLimit) { line in
        guard lengths.contains(line.count), let file = wanted[Array(line)] else { return }
        owners[file] = package
      }
    }
    return owners
  }

  static func spellings(of file: String) -> [String] {
    for place in ["/bin/", "/sbin/", "/lib/"] {
      if file.hasPrefix(place) { return [file, "/usr" + file] }
      if file.hasPrefix("/usr" + place) { return [file, String(file.dropFirst(4))] }
    }
    return [file]
  }
}
