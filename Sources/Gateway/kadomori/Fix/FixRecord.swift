import Agent
import LinuxIO
import Posture

/// Which closings were made for a finding, so that they can be undone by its id.
struct FixRecord: Codable, Hashable {
  var finding: String
  var closings: [String]
}

/// The records on disk.
struct FixStore {
  /// The oldest are forgotten; their closings stay, and can be undone by their own ids.
  static let limit = 256
  private static let fileLimit = 262_144

  private let path: String

  init(_ paths: Paths) {
    path = paths.state + "/fixes.json"
  }

  /// What is noted; nothing where there is no file that can be read.
  var records: [FixRecord] {
    (try? Files.read(path, limit: Self.fileLimit)).flatMap { JSON.decode([FixRecord].self, $0) } ?? []
  }

  /// Notes what a finding was fixed with.
  func add(_ record: FixRecord) throws(AgentError) {
    let all = (records.filter { $0.finding != record.finding } + [record]).suffix(Self.limit)
    let bytes = try JSON.encode(Array(all))
    try wrapping(.state) { () throws(SystemError) in try Files.replace(path, with: bytes, mode: 0o600) }
  }

  /// The closings that an id of a finding, or the beginning of one, stands for; `nil` where it stands for none.
  func closings(of text: String) -> [String]? {
    let meant = records.filter { $0.finding == text }
    let found = meant.isEmpty ? records.filter { $0.finding.hasPrefix(text) } : meant
    return found.count == 1 ? found[0].closings : nil
  }
}
