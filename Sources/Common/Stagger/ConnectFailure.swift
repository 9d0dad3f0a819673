/// Why there is no session, as far as it decides when to try again.
package enum ConnectFailure: Hashable, Sendable, CaseIterable {
  /// No name, no route: nothing of ours has left this place, so asking again costs nobody anything.
  case nowhere
  /// Nobody listens there, or nothing came back; also a session that was cut.
  case unreachable
  /// The server has too much to do and says so: CONNACK 0x88, 0x89, 0x97, 0x9F. Also 0x9C and 0x9D, which name another
  /// server: one that no signed configuration names is not followed.
  case busy
  /// No agreement on TLS: a certificate, an authority, or a server that gave up half way.
  case tls
  /// The server does not let us in: CONNACK 0x86, 0x87.
  case credentials
}
