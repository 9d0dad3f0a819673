import Foundation

/// Debian packages used without being installed.
///
/// Debian allows one time daemon and one FTP server on a machine; installing the lab's would remove
/// the owner's. A program that is installed anyway is used as it is.
package enum UnpackedPackages {
  /// What using a package takes.
  struct Package {
    /// The program the lab runs.
    let program: String
    /// The packages with the libraries it loads, which are installed as usual.
    let libraries: Set<String>
  }

  static let known: [String: Package] = [
    "chrony": Package(program: "usr/sbin/chronyd", libraries: ["libgnutls30", "libnettle8", "libseccomp2"]),
    "vsftpd": Package(
      program: "usr/sbin/vsftpd", libraries: ["libcap2", "libpam0g", "libssl3", "libwrap0"]),
  ]

  /// `KADOMORI_LAB_UNPACKED`, or `/var/lib/kadomori-lab/unpacked`.
  static var directory: String {
    ProcessInfo.processInfo.environment["KADOMORI_LAB_UNPACKED"] ?? "/var/lib/kadomori-lab/unpacked"
  }

  /// The directories to look for programs in after those of the machine.
  static var searchPath: [String] { known.keys.sorted().map { "\(directory)/\($0)/usr/sbin" } }

  static func missing(_ wanted: Set<String>) -> Set<String> {
    wanted.filter { name in
      guard let program = known[name]?.program else { return true }
      return !["", "\(directory)/\(name)"].contains { access("\($0)/\(program)", X_OK) == 0 }
    }
  }

  /// The shell command that unpacks one package.
  static func installation(of name: String) -> String {
    "mkdir -p \(directory)/\(name) && cd \(directory) && apt-get download \(name)"
      + " && dpkg --extract \(name)_*.deb \(name) && rm \(name)_*.deb"
  }
}
