import Glibc
import LinuxIO

/// A certificate that was issued here and its key, as two files: under other names until both are complete.
struct IssuedFiles {
  private let certificate: String
  private let key: String

  init(_ issued: (certificate: [UInt8], key: [UInt8]), named name: String, in directory: String) throws {
    try Files.createDirectory(directory, mode: 0o700)
    certificate = directory + "/\(name).crt"
    key = directory + "/\(name).key"
    for path in [certificate, key] where Files.exists(path) {
      throw KeyFileError(
        status: .cannotCreate, description: "\(path): exists; choose another --out, nothing is ever replaced"
      )
    }
    do {
      try KeyFile.create(Self.partial(key), with: issued.key)
      try KeyFile.create(Self.partial(certificate), with: issued.certificate)
      try system("chmod", certificate) { chmod(Self.partial(certificate), 0o644) }
    } catch {
      remove()
      throw error
    }
  }

  /// Gives both files their names, the key first: where the certificate is, all is there.
  func keep() throws {
    try system("rename", key) { rename(Self.partial(key), key) }
    do throws(SystemError) {
      try system("rename", certificate) { rename(Self.partial(certificate), certificate) }
    } catch {
      unlink(key)
      throw error
    }
  }

  func remove() {
    for path in [key, certificate] { unlink(Self.partial(path)) }
  }

  private static func partial(_ path: String) -> String { path + ".new" }
}
