import Agent
import ArgumentParser
import FleetContract
import Posture
import Profiles
import Wording

/// Lists the firmware profiles that count on this gateway.
struct ProfileList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the firmware profiles that count here, where each comes from, and which version was sent."
  )

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let document = ProfileListDocument(ProfileLoading.load(paths), ProfileBundles(paths))
    if json { return try Output.document(document) }
    try Output.write(ProfileListText(document).rendered)
  }
}

/// What `kadomori profile list --json` prints.
struct ProfileListDocument: Encodable {
  struct Profile: Encodable {
    var id: String
    var role: String
    var kind: String
    var title: LocalizedText
    /// `shipped`, `delivered` or `local`.
    var origin: String
    var sources: [String]
  }

  /// A bundle that the provider sent.
  struct Bundle: Encodable {
    var version: Int64
    var restores: Int64?
    var group: String
    var key: String
    var profiles: Int

    init(_ kept: ProfileBundles.Kept) {
      version = kept.bundle.version
      restores = kept.bundle.restores
      group = kept.bundle.group.description
      key = kept.key.description
      profiles = kept.bundle.profiles.count
    }

    private enum CodingKeys: String, CodingKey {
      case version, restores, group, profiles
      case key = "key_id"
    }
  }

  var v = "1.0"
  var profiles: [Profile]
  /// Which bundle counts: `newest`, `previous`, or `packaged`, none of them.
  var use: String
  var accepted: Int64
  var newest: Bundle?
  var previous: Bundle?

  init(_ set: ProfileSet, _ bundles: ProfileBundles) {
    profiles = set.profiles.map {
      Profile(
        id: $0.id, role: $0.role.rawValue, kind: $0.kind.rawValue, title: $0.title,
        origin: $0.author.rawValue, sources: $0.sources)
    }
    use = bundles.inUse == nil ? ProfileBundles.Use.packaged.rawValue : bundles.choice.use.rawValue
    accepted = bundles.choice.accepted
    newest = bundles.newest.map { Bundle($0) }
    previous = bundles.previous.map { Bundle($0) }
  }
}

/// The list as a person reads it.
struct ProfileListText {
  private let document: ProfileListDocument
  private let terminal = Terminal(1)
  private let language = Terminal.language

  init(_ document: ProfileListDocument) {
    self.document = document
  }

  var rendered: String {
    var lines = document.profiles.map { profile in
      let origin: String =
        switch profile.origin {
        case FirmwareProfile.Author.delivered.rawValue:
          words("sent, \(version)", "配信 \(version)")
        case FirmwareProfile.Author.local.rawValue: words("this site's own", "この場所のもの")
        default: words("package", "パッケージ")
        }
      // A narrow terminal cuts the title, never the id.
      let room = max(10, terminal.columns - 26 - 24 - 2)
      return "\(TextWidth.fit(profile.id, to: 26))\(TextWidth.fit(origin, to: 24))"
        + "\(TextWidth.of(profile.title[language]) > room ? TextWidth.fit(profile.title[language], to: room) : profile.title[language])"
    }
    lines.append("")
    lines.append(words("\(document.profiles.count) profiles", "一覧は \(document.profiles.count) 件です"))
    lines += sent
    return lines.joined(separator: "\n") + "\n"
  }

  private var version: String { inUse.map { "\($0.version)" } ?? "" }

  private var inUse: ProfileListDocument.Bundle? {
    switch document.use {
    case ProfileBundles.Use.newest.rawValue: document.newest
    case ProfileBundles.Use.previous.rawValue: document.previous
    default: nil
    }
  }

  /// What the provider sent, and what of it counts.
  private var sent: [String] {
    [(document.newest, ProfileBundles.Use.newest), (document.previous, .previous)].compactMap { bundle, use in
      guard let bundle else { return nil }
      let counts = document.use == use.rawValue
      let back = bundle.restores.map {
        $0 == 0 ? words(", back to the package's", "、パッケージのものに戻す") : words(", back to \($0)", "、\($0) に戻す")
      }
      return words(
        "version \(bundle.version)\(back ?? ""): \(bundle.profiles) sent to group \(bundle.group), signed by \(bundle.key)\(counts ? ", counts" : ", does not count")",
        "版 \(bundle.version)\(back ?? ""): グループ \(bundle.group) へ \(bundle.profiles) 件配信、署名 \(bundle.key)\(counts ? "、使用中" : "、不使用")"
      )
    }
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
}
