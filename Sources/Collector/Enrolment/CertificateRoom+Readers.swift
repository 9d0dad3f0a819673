package import FleetContract
import LinuxIO

extension CertificateRoom {
  /// The tenants' users of the list of rights, and those that were in one before.
  package var knownReaders: [TenantReader] {
    let bytes = (try? Files.read(files.readers, limit: 1 << 20)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap(TenantReader.init(line:))
  }

  /// Adds who was a tenant's user before: their certificates still open the broker's door, and shall open nothing else.
  func withFormer(_ readers: [TenantReader]) -> [TenantReader] {
    let users = Set(readers.map(\.user))
    let former = Set(knownReaders.map(\.user)).subtracting(users)
    return readers
      + former.sorted { $0.description < $1.description }.map {
        TenantReader(user: $0, tenant: nil)
      }
  }
}

extension TenantReader {
  var line: String { ([user.description] + [tenant?.description].compactMap(\.self)).joined(separator: " ") }

  init?(line: Substring) {
    let words = line.split(separator: " ")
    guard let user = words.first.flatMap({ TopicName($0) }) else { return nil }
    self.init(user: user, tenant: words.count > 1 ? TopicName(words[1]) : nil)
  }
}
