/// The first words of a TLS client: what its library can do (RFC 8446, section 4.1.2).
package struct TLSClientHello: Hashable, Sendable {
  package var version: Int
  package var ciphers: [Int]
  /// The types of the extensions in their order.
  package var extensions: [Int]
  /// The server that is wanted (extension 0, RFC 6066, section 3).
  package var serverName: String?

  /// How many extensions are read.
  package static let limit = 64

  /// Reads the first segment of a connection; `nil` unless a client hello begins in it.
  ///
  /// Extensions that lie in a later segment are not read.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var reader = ByteReader(bytes)
    // Record: handshake, version, length; handshake: client hello, length of three octets (section 4).
    guard reader.u8() == 22, reader.u8() == 3, reader.skip(3), reader.u8() == 1, reader.skip(3),
      let version = reader.big16(), reader.skip(32), let session = reader.u8(), reader.skip(session),
      let size = reader.big16(), let suites = reader.take(size)
    else { return nil }
    self.version = version
    ciphers = []
    extensions = []
    var suite = ByteReader(suites)
    while let cipher = suite.big16() { ciphers.append(cipher) }
    guard let methods = reader.u8(), reader.skip(methods), reader.skip(2) else { return }
    while extensions.count < Self.limit, let type = reader.big16(), let size = reader.big16() {
      extensions.append(type)
      guard let value = reader.take(size) else { return }
      if type == 0, value.count > 5 {
        serverName = String(decoding: value.dropFirst(5).prefix(255), as: UTF8.self)
      }
    }
  }
}
