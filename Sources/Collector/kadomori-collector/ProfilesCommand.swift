import ArgumentParser
import Checks
import Cryptography
import FleetContract
import Foundation
import LinuxIO
import Posture
import Profiles
import Server
import Settings

/// Signs firmware profiles for groups of gateways.
struct ProfilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract:
      "Sign firmware profiles for a group of gateways, go back to earlier ones, and list what was signed.",
    discussion: """
      A bundle is signed here and left in the state directory; the collector that runs has the broker keep it, and can \
      neither make nor change one. Gateways of the group take it up without a restart. Its version always rises, also \
      where it goes back.
      """,
    subcommands: [Publish.self, Rollback.self, List.self])

  struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "publish",
      abstract: "Sign profiles, which replace all that this group was sent before.")

    @Argument(help: ArgumentHelp("Files, or folders of files.", valueName: "path"))
    var files: [String]

    @OptionGroup var options: BundleOptions

    func run() async throws {
      try await reporting {
        let (profiles, faults) = try ProfilesCommand.read(files)
        for fault in faults { talk("\(fault)") }
        guard !faults.contains(where: { $0.severity == .error }) else {
          throw KeyFileError(status: .data, description: "these profiles have mistakes; nothing was signed")
        }
        try options.sign(profiles, restores: nil)
      }
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rollback",
      abstract: "Sign a step back: to an earlier version, or to what came with the package.")

    @Option(
      help: ArgumentHelp(
        "The version to go back to, or 'package' to take back everything that was sent.", valueName: "version"
      ))
    var to: String

    @OptionGroup var options: BundleOptions

    func run() async throws {
      try await reporting {
        if to == "package" { return try options.sign([], restores: 0) }
        guard let version = Int64(to), version > 0 else {
          throw ValidationError("--to is a version that 'profiles list' shows, or 'package'.")
        }
        guard try options.shelf.versions(of: options.group).contains(version) else {
          talk(
            "version \(version) of group '\(options.group)' is not kept; 'profiles list' shows those that are"
          )
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
        let old = try ProfilesCommand.bundle(version, of: options.group, on: options.shelf).bundle
        // What went back itself holds the profiles of where it went to.
        try options.sign(old.profiles, restores: old.profiles.isEmpty ? 0 : version)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the versions that are kept, by group.")

    @OptionGroup var state: StateOption

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func run() async throws {
      try await reporting {
        let shelf = ProfileShelf(state: state.resolve())
        let bundles = try shelf.groups().flatMap { group in
          let versions = try shelf.versions(of: group)
          return try versions.map { version in
            let (bundle, key) = try ProfilesCommand.bundle(version, of: group, on: shelf)
            return ListedBundle(bundle, key: key, isPublished: version == versions.last)
          }
        }
        if json { return try printJSON("bundles", bundles) }
        var table = Table(["group", "version", "restores", "profiles", "key", ""])
        for bundle in bundles {
          table.add([
            bundle.group, "\(bundle.version)", bundle.restores.map { $0 == 0 ? "package" : "\($0)" } ?? "-",
            "\(bundle.profiles.count)", bundle.key, bundle.published ? "published" : "",
          ])
        }
        print(table.text)
      }
    }
  }

  /// One bundle as it is listed.
  struct ListedBundle: Encodable {
    var group: String
    var version: Int64
    var restores: Int64?
    /// The ids of its profiles.
    var profiles: [String]
    var key: String
    var published: Bool

    init(_ bundle: ProfileBundle, key: KeyID, isPublished: Bool) {
      group = bundle.group.description
      version = bundle.version
      restores = bundle.restores
      profiles = bundle.profiles.map(\.id)
      self.key = key.description
      published = isPublished
    }

    private enum CodingKeys: String, CodingKey {
      case group, version, restores, profiles, published
      case key = "key_id"
    }
  }

  /// Reads what was signed; a file that somebody has changed since is told.
  static func bundle(
    _ version: Int64, of group: TopicName, on shelf: ProfileShelf
  ) throws -> (bundle: ProfileBundle, key: KeyID) {
    do {
      let signed = try SignedProfiles(payload: try shelf.payload(version, of: group))
      return (try ProfileBundle(bytes: signed.bytes), signed.signature.key)
    } catch let error as Rejection {
      throw KeyFileError(
        status: .data,
        description: "version \(version) of group '\(group)' cannot be read: \(error); remove its file")
    }
  }

  /// Reads profiles from files and folders, and says what is wrong with them.
  static func read(_ places: [String]) throws -> ([ProfileBundle.Entry], [Diagnostic]) {
    let paths = places.flatMap { place in
      ((try? SettingsFile.names(in: place, suffix: ".yaml")) ?? nil).map { $0.map { "\(place)/\($0)" } } ?? [
        place
      ]
    }
    var files: [ProfileFile] = []
    for path in paths {
      do throws(SettingsError) { files.append(try ProfileFile(path: path)) } catch {
        throw KeyFileError(status: .data, description: error.description)
      }
    }
    let entries = files.map {
      ProfileBundle.Entry(id: $0.expectedID, yaml: String(decoding: $0.bytes, as: UTF8.self))
    }
    return (entries, ProfileLint.lint(files, checks: Checks.ids))
  }
}

/// For whom, and by whose key.
struct BundleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The group of gateways, as they enrolled for it.", valueName: "group"))
  var group: TopicName

  @Option(
    help: ArgumentHelp(
      "Sign with the key in this file, made by 'command-key create --profiles'.", valueName: "file"))
  var key: String

  @Option(
    help: ArgumentHelp(
      "The version, higher than all before. The default is the date and two digits, or one more than the last.",
      valueName: "version"))
  var number: Int64?

  @OptionGroup var state: StateOption

  var shelf: ProfileShelf { ProfileShelf(state: state.resolve()) }

  func sign(_ profiles: [ProfileBundle.Entry], restores: Int64?) throws {
    let key = try KeyFile.read(self.key)
    let directory = state.resolve()
    try Files.createDirectory(directory, mode: 0o700)
    try StateOwner.become(ownerOf: directory)
    let last = try shelf.versions(of: group).last ?? 0
    let version = number ?? max(last + 1, ProfileBundle.first(on: Clocks.wall))
    guard version > last else {
      throw ValidationError(
        "--number \(version) is not above \(last), which gateways may have; they would refuse it.")
    }
    let bundle = ProfileBundle(group: group, version: version, restores: restores, profiles: profiles)
    let bytes: [UInt8]
    do throws(Rejection) { bytes = try bundle.bytes() } catch {
      throw KeyFileError(
        status: .data,
        description:
          "gateways would refuse this bundle: \(error); at most \(ProfileBundle.maximumProfiles) profiles "
          + "and \(ProfileBundle.maximumBytes) bytes go into one")
    }
    let signature = SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
    let payload = try SignedProfiles(bytes: bytes, signature: signature).payload()
    try shelf.put(payload, version: version, of: group)
    print("group \(group), version \(version): \(profiles.count) profiles, signed by \(signature.key)")
  }
}
