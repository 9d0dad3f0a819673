import Cryptography
import Glibc
import LinuxIO

/// Why a key cannot be had from a file, or put into one.
struct KeyFileError: Error, CustomStringConvertible {
  let status: ExitStatus
  let description: String
}

/// A private key on disk, for its owner's eyes only.
enum KeyFile {
  private static let limit = 16_384

  /// Makes a file that was not there before.
  static func create(_ path: String, with pem: [UInt8]) throws {
    let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard number >= 0 else {
      let hint =
        errno == EEXIST ? "choose another name; a key that is overwritten is lost" : "choose another place"
      throw KeyFileError(
        status: .cannotCreate, description: "\(path): \(String(cString: strerror(errno))); \(hint)")
    }
    let file = Descriptor(owning: number)
    // Whatever the umask says.
    guard fchmod(number, 0o600) == 0, try file.write(pem[...]) == pem.count, fsync(number) == 0 else {
      unlink(path)
      throw KeyFileError(
        status: .cannotCreate, description: "\(path): \(String(cString: strerror(errno))); free space there")
    }
  }

  /// Reads a key; a file that others can read is refused, because they may have.
  static func read(_ path: String) throws -> SigningKey {
    let pem: [UInt8]
    let mode: UInt32
    do throws(SystemError) {
      mode = try Files.mode(path)
      pem = try Files.read(path, limit: limit)
    } catch {
      throw KeyFileError(status: error.isPermission ? .permission : .data, description: "\(error)")
    }
    guard mode & 0o077 == 0 else {
      throw KeyFileError(
        status: .permission,
        description: "\(path): others can use this key; 'chmod 600' it, or better make a new one")
    }
    do throws(CryptoError) { return try SigningKey(pem: pem) } catch {
      throw KeyFileError(status: .data, description: "\(path): no Ed25519 key in PEM: \(error)")
    }
  }
}
