import Addresses
import Crypto
package import FleetContract
import LinuxIO

/// Who this gateway is: a key made at first start, and a secret that keeps its devices' ids opaque.
package struct AgentIdentity: Sendable {
  package let gateway: GatewayID
  /// Never leaves the gateway: without it nobody can tell which device an id stands for.
  private let deviceSecret: [UInt8]

  private static let keyName = "/gateway.key"
  private static let secretName = "/device.secret"
  private static let fileLimit = 16_384

  /// Reads the identity from a state directory, or makes it there.
  package static func readOrMake(in directory: String) throws(AgentError) -> AgentIdentity {
    let key: KeyPair
    let secret: [UInt8]
    do throws(SystemError) {
      try Files.createDirectory(directory, mode: 0o700)
      let keyPath = directory + keyName
      if Files.exists(keyPath) {
        key = try keep(keyPath) { bytes throws(CryptoError) in try KeyPair(pem: bytes) }
      } else {
        key = try made { () throws(CryptoError) in try KeyPair() }
        try Files.replace(
          keyPath, with: try made { () throws(CryptoError) in try key.privatePEM() }, mode: 0o600)
      }
      let secretPath = directory + secretName
      if Files.exists(secretPath) {
        secret = try keep(secretPath) { bytes throws(CryptoError) in bytes }
      } else {
        secret = try made { () throws(CryptoError) in try Digest.random(32) }
        try Files.replace(secretPath, with: secret, mode: 0o600)
      }
    } catch {
      throw AgentError(.state, "\(error); the state directory \(directory) has to be writable and private")
    }
    return AgentIdentity(gateway: try gatewayID(of: key), deviceSecret: secret)
  }

  /// The identity in a state directory, or `nil` where there is none that this user may read.
  package static func existing(in directory: String) -> AgentIdentity? {
    guard let pem = try? Files.read(directory + keyName, limit: fileLimit), let key = try? KeyPair(pem: pem),
      let secret = try? Files.read(directory + secretName, limit: fileLimit), let id = try? gatewayID(of: key)
    else { return nil }
    return AgentIdentity(gateway: id, deviceSecret: secret)
  }

  /// The opaque id of a device.
  package func deviceID(_ mac: MACAddress) -> String { Self.deviceID(mac, secret: deviceSecret) }

  static func deviceID(_ mac: MACAddress, secret: [UInt8]) -> String {
    "dev-" + Base32.encode(Digest.hmacSHA256(mac.octets, key: secret).prefix(10))
  }

  private static func gatewayID(of key: KeyPair) throws(AgentError) -> GatewayID {
    guard let der = try? key.publicDER(), let id = GatewayID(hash: Digest.sha256(der)) else {
      throw AgentError(
        .state, "the gateway's key cannot be written in DER; remove gateway.key to make a new one")
    }
    return id
  }

  /// Reads a secret file that nobody else may read.
  private static func keep<Value>(
    _ path: String, _ body: ([UInt8]) throws(CryptoError) -> Value
  ) throws(SystemError) -> Value {
    let mode = try Files.mode(path)
    guard mode & 0o077 == 0 else {
      throw SystemError(permissionDenied, "refusing a file that others may read (chmod 600 it)", path)
    }
    let bytes = try Files.read(path, limit: fileLimit)
    do throws(CryptoError) { return try body(bytes) } catch {
      throw SystemError(invalidData, "\(error.call) (\(error.reason))", path)
    }
  }

  private static func made<Value>(_ body: () throws(CryptoError) -> Value) throws(SystemError) -> Value {
    do throws(CryptoError) { return try body() } catch {
      throw SystemError(invalidData, "\(error.call) (\(error.reason))", "libcrypto")
    }
  }
}
