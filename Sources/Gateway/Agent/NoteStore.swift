import FleetContract
import FoundationEssentials
import LinuxIO
import Posture

/// The notices of the provider that the household's page names, on disk: the broker sends each once.
final class NoteStore {
  struct Entry: Codable, Hashable {
    var id: String
    var note: NoteBody
  }

  /// More are not kept, the oldest go.
  static let limit = 16
  private static let fileLimit = 262_144

  private let path: String
  private(set) var entries: [Entry]

  init(_ paths: Paths) {
    path = paths.notes
    entries =
      (try? Files.read(path, limit: Self.fileLimit)).flatMap { JSON.decode([Entry].self, $0) } ?? []
  }

  /// Takes up a message; one that cannot be read, or brings something else, changes nothing.
  func take(_ id: TopicName, _ payload: [UInt8], of gateway: GatewayID) {
    guard let body = try? Envelope<NoteBody>(payload: payload, from: gateway).body, body.notice != nil else {
      return
    }
    let entry = Entry(id: id.description, note: body)
    guard !entries.contains(entry) else { return }
    entries = Array((entries.filter { $0.id != entry.id } + [entry]).suffix(Self.limit))
    if let bytes = try? JSON.encode(entries) { try? Files.replace(path, with: bytes, mode: 0o600) }
  }

  /// Those that are to be shown.
  func current(now: WallTime) -> [NoteBody.Notice] {
    entries.filter { $0.note.expires.map { now < $0 } ?? true }.compactMap(\.note.notice)
  }
}
