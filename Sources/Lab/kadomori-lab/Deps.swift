import ArgumentParser
import Lab

/// Shows and installs what labs need.
struct Deps: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the Debian and PyPI packages a plan needs, and the command that installs them.",
    discussion: """
      Installing keeps Debian from starting the servers. Packages that would replace a server of
      this machine (chrony, vsftpd) are unpacked under /var/lib/kadomori-lab/unpacked (or
      KADOMORI_LAB_UNPACKED) instead of installed.
      """)

  @Argument(help: "The plan; all of them when left out.")
  var plan: LabPlan?

  @Option(help: ArgumentHelp("Leave these personas out.", valueName: "names"))
  var without: String?

  @Flag(help: "Only what is not installed.")
  var missing = false

  @Flag(help: "Install what is missing.")
  var install = false

  @Flag(help: "Print a JSON document.")
  var json = false

  private struct Listing: Encodable {
    let schema = "kadomori-lab-deps/1"
    let debian: [String]
    let unpacked: [String]
    let python: [String]
    let commands: [String]
  }

  func run() throws {
    try reporting {
      let left = Set((without ?? "").split(separator: ",").map(String.init))
      let personas = (plan.map { [$0] } ?? LabPlan.allCases).flatMap(\.personas).filter {
        !left.contains($0.name)
      }
      let wanted = Dependencies.all(of: personas)
      if install {
        try Privileges.require()
        try DependencyInstaller.install(try DependencyCheck.missing(of: wanted))
      }
      let shown = missing || install ? try DependencyCheck.missing(of: wanted) : wanted
      let listing = Listing(
        debian: shown.debian.sorted(), unpacked: shown.unpacked.sorted(),
        python: shown.python.sorted().map(PythonPackages.requirement),
        commands: DependencyCheck.commands(for: shown))
      if json { return try printJSON(listing) }
      for name in listing.debian { print("debian \(name)") }
      for name in listing.unpacked { print("debian \(name) (unpacked only)") }
      for name in listing.python { print("pypi \(name)") }
      for command in listing.commands { print(command) }
    }
  }
}
