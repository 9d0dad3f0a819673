import CMosquitto
import Glibc

extension MQTTSession {
  /// The socket to poll; `nil` without a connection.
  package var fileDescriptor: CInt? {
    guard box.phase != .idle else { return nil }
    let descriptor = mosquitto_socket(handle)
    return descriptor >= 0 ? descriptor : nil
  }

  /// A Boolean value indicating whether to poll for writing too.
  package var wantsWrite: Bool {
    guard box.phase != .idle else { return false }
    // During a TLS handshake libmosquitto's own answer never turns false: poll would spin.
    if usesTLS, box.phase == .connecting { return !box.isReachable }
    return mosquitto_want_write(handle)
  }

  /// Reads what arrived; call it when the socket is readable, or has an error or hang-up.
  package func readable() -> [MQTTEvent] {
    step(isReady: true, shakeHands)
  }

  /// Writes what waits; call it when the socket is writable.
  package func writable() -> [MQTTEvent] {
    step(isReady: true) {
      box.isReachable = true
      return box.phase == .connecting ? shakeHands() : mosquitto_loop_write(handle, 1)
    }
  }

  /// Keeps the session alive; call it at least once a second, connected or not.
  package func tick() -> [MQTTEvent] {
    step(isReady: false) {
      if box.phase == .connecting, box.isReachable { _ = mosquitto_loop_write(handle, 1) }
      return mosquitto_socket(handle) < 0 ? 0 : mosquitto_loop_misc(handle)
    }
  }

  /// Reads, and while connecting also writes: libmosquitto continues a TLS handshake only where it reads,
  /// and does not ask to write when the handshake has made room for the CONNECT that waits.
  private func shakeHands() -> CInt {
    let result = mosquitto_loop_read(handle, 1)
    guard result == 0, box.phase == .connecting, mosquitto_socket(handle) >= 0 else { return result }
    return mosquitto_loop_write(handle, 1)
  }

  /// Runs one call of libmosquitto and says what it did.
  private func step(isReady: Bool, _ call: () -> CInt) -> [MQTTEvent] {
    guard box.phase != .idle else { return box.take() }
    if isReady, box.phase == .connecting, let number = connectionError {
      let code = MQTTError.Code.network(errno: number)
      box.end(.disconnected(MQTTError(code: code, doing: "connecting", peer: box.peer)))
      return box.take()
    }
    // libmosquitto takes an old EAGAIN for its own, and then leaves bytes that TLS has already read.
    errno = 0
    let result = call()
    if result != 0 {
      // Some errors of the handshake come without a callback.
      box.end(result, doing: box.phase == .connecting ? "connecting" : "MQTT session")
    }
    return box.take()
  }

  /// The error of a connection that could not be made, which a TLS handshake would not notice.
  private var connectionError: CInt? {
    let descriptor = mosquitto_socket(handle)
    guard descriptor >= 0 else { return nil }
    var number: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0, number != 0 { return number }
    // On loopback the refusal can come so early that the first write of TLS has swallowed it.
    var address = sockaddr_storage()
    size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let known = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) == 0 }
    }
    return known ? nil : ECONNREFUSED
  }
}
