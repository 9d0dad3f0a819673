package import Addresses
package import Cryptography
package import FleetContract
import LinuxIO
import Stagger

/// Who this gateway is: a key made at first start, and a secret that keeps its devices' ids opaque.
package struct AgentIdentity: Sendable {
  package let gateway: GatewayID
  /// Never leaves the gateway: without it nobody can tell which device an id stands for.
  private let deviceSecret: [UInt8]

  private static let keyName = "/gateway.key"
  private static let secretName = "/device.secret"
  private static let fileLimit = 16_384
  private static let secretLength = 32

  /// Reads the identity from a state directory that is there, or makes it in it.
  ///
  /// A file that others may read is refused: it may have been read.
  package static func readOrMake(in directory: String) throws(AgentError) -> AgentIdentity {
    let pem = try readOrMake(directory + keyName) { () throws(CryptoError) in try KeyPair().privatePEM() }
    let secret = try readOrMake(directory + secretName) { () throws(CryptoError) in
      try Digest.random(secretLength)
    }
    guard secret.count == secretLength else {
      throw AgentError(
        .state,
        "\(directory + secretName): \(secret.count) bytes instead of \(secretLength); restore it, or remove it"
      )
    }
    do throws(CryptoError) {
      return AgentIdentity(gateway: try gatewayID(of: KeyPair(pem: pem)), deviceSecret: secret)
    } catch {
      throw AgentError(
        .state,
        "\(directory + keyName): not a usable key: \(error); restore it, or remove it to become a new gateway"
      )
    }
  }

  /// The identity in a state directory, or `nil` where there is none that this user may read.
  package static func existing(in directory: String) -> AgentIdentity? {
    guard let pem = try? Files.read(directory + keyName, limit: fileLimit),
      let secret = try? Files.read(directory + secretName, limit: fileLimit),
      let key = try? KeyPair(pem: pem), let id = try? gatewayID(of: key)
    else { return nil }
    return AgentIdentity(gateway: id, deviceSecret: secret)
  }

  /// The gateway's private key, from a state directory that has one.
  package static func key(in directory: String) throws(AgentError) -> KeyPair {
    _ = try readOrMake(in: directory)
    let pem = try onDisk { () throws(SystemError) in try Files.read(directory + keyName, limit: fileLimit) }
    do throws(CryptoError) { return try KeyPair(pem: pem) } catch { throw AgentError(.state, "\(error)") }
  }

  /// The opaque id of a device.
  package func deviceID(_ mac: MACAddress) -> String { Self.deviceID(mac, secret: deviceSecret) }

  /// The gateway's place in the window in which the fleet comes back.
  func slot(epoch: UInt64) -> Slot {
    // A key of its own: what becomes known of slots says nothing of devices.
    let key = Digest.hmacSHA256(Array("kadomori reconnect slot".utf8), key: deviceSecret)
    return Slot(secret: KeyedHash(key: key), gateway: Array(gateway.description.utf8), epoch: epoch)
  }

  /// The key of the order in which devices of the LAN are let go.
  var releaseSecret: KeyedHash {
    KeyedHash(key: Digest.hmacSHA256(Array("kadomori device release".utf8), key: deviceSecret))
  }

  static func deviceID(_ mac: MACAddress, secret: [UInt8]) -> String {
    "dev-" + Base32.encode(Digest.hmacSHA256(mac.octets, key: secret).prefix(10))
  }

  private static func gatewayID(of key: KeyPair) throws(CryptoError) -> GatewayID {
    guard let id = GatewayID(hash: Digest.sha256(try key.publicDER())) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    return id
  }

  private static func readOrMake(
    _ path: String, make: () throws(CryptoError) -> [UInt8]
  ) throws(AgentError) -> [UInt8] {
    if Files.exists(path) {
      guard try onDisk({ () throws(SystemError) in try Files.mode(path) }) & 0o077 == 0 else {
        throw AgentError(
          .state, "\(path): others may read this secret; make it private with 'chmod 600 \(path)'")
      }
      return try onDisk { () throws(SystemError) in try Files.read(path, limit: fileLimit) }
    }
    let bytes: [UInt8]
    do throws(CryptoError) { bytes = try make() } catch { throw AgentError(.failed, "\(error)") }
    try onDisk { () throws(SystemError) in try Files.replace(path, with: bytes, mode: 0o600) }
    return bytes
  }

  private static func onDisk<Value>(_ body: () throws(SystemError) -> Value) throws(AgentError) -> Value {
    do throws(SystemError) { return try body() } catch {
      throw AgentError(
        .state, "\(error); the state directory has to be writable by the agent, with space left")
    }
  }
}
