import CMosquitto
import Glibc

/// What went wrong with a session, where, and what to do next.
package struct MQTTError: Error, Hashable, Sendable {
  /// The only part to compare.
  package enum Code: Hashable, Sendable {
    /// No connection is open, and nothing is queued without one.
    case notConnected
    /// The operating system failed the connection: refused, unreachable, reset.
    case network(errno: CInt)
    /// The other side went away, or did not answer in time.
    case lost
    case timeout
    /// TLS failed: an unknown authority, a wrong name, an expired certificate.
    case tls
    /// The broker closed the connection with a reason.
    case broker(MQTTReason)
    /// The other side does not speak MQTT 5.
    case protocolViolation
    /// An argument that MQTT does not allow: a topic, a filter, a size, a file that cannot be read.
    case invalid
    case tooLarge
    case outOfMemory
    /// We closed the connection ourselves.
    case closed
    /// Any other error of libmosquitto.
    case library(CInt)
  }

  package var code: Code
  /// What was being done.
  package var doing: String
  /// The broker's address, as `ADDRESS:PORT`.
  package var peer: String
  /// What one side said against the other's certificate.
  package var remark: String?

  package init(code: Code, doing: String, peer: String, remark: String? = nil) {
    self.code = code
    self.doing = doing
    self.peer = peer
    self.remark = remark
  }
}

extension MQTTError {
  /// Whether nothing has left this machine: there was no way to the other side.
  package var isLocal: Bool {
    guard case .network(let number) = code else { return false }
    return number == ENETUNREACH || number == EHOSTUNREACH || number == ENETDOWN
  }
}

extension MQTTError: CustomStringConvertible {
  package var description: String {
    let place = peer.isEmpty ? "" : " (broker \(peer))"
    return "\(doing)\(place): \(what). \(advice)"
  }

  private var what: String {
    switch code {
    case .notConnected: "no connection is open"
    case .network(let number): String(cString: strerror(number))
    case .lost: "the connection was lost"
    case .timeout: "the broker did not answer in time"
    case .tls: "TLS failed\(remark.map { " (\($0))" } ?? "")"
    case .broker(let reason): "the broker closed the connection: \(reason)"
    case .protocolViolation: "the other side broke the MQTT 5 protocol"
    case .invalid: "an argument is not allowed"
    case .tooLarge: "larger than the broker accepts"
    case .outOfMemory: "out of memory"
    case .closed: "closed by us"
    case .library(let number): String(cString: mosquitto_strerror(number))
    }
  }

  private var advice: String {
    switch code {
    case .network(let number) where number == ECONNREFUSED:
      "Check that a broker is running there and that the port is right."
    case .network(let number) where number == EACCES || number == EPERM:
      "Check the permissions and the local firewall."
    case .network, .lost, .timeout: "Check the network between here and the broker, then connect again."
    case .tls:
      "Check the authority's certificate, the broker's name in its certificate, and this machine's clock."
    case .broker(let reason) where reason.deniesUs:
      "Check the user name, the certificate and the broker's access list."
    case .protocolViolation: "Check that an MQTT 5 broker listens there, with or without TLS as configured."
    case .invalid: "Check topic, sizes and that certificate files can be read."
    case .notConnected, .broker, .closed, .library: "Connect again."
    case .tooLarge: "Split the message."
    case .outOfMemory: "Free memory, then connect again."
    }
  }

  /// Translates a result of libmosquitto; `errno` must still be what the call left.
  init(_ result: CInt, doing: String, peer: String) {
    let number = errno
    self.doing = doing
    self.peer = peer
    self.code =
      switch mosq_err_t(rawValue: result) {
      case MOSQ_ERR_NO_CONN: .notConnected
      case MOSQ_ERR_ERRNO where number == ETIMEDOUT: .timeout
      case MOSQ_ERR_ERRNO: .network(errno: number)
      case MOSQ_ERR_CONN_LOST: .lost
      case MOSQ_ERR_KEEPALIVE: .timeout
      case MOSQ_ERR_TLS, MOSQ_ERR_TLS_HANDSHAKE: .tls
      case MOSQ_ERR_PROTOCOL, MOSQ_ERR_MALFORMED_PACKET, MOSQ_ERR_MALFORMED_UTF8: .protocolViolation
      case MOSQ_ERR_INVAL, MOSQ_ERR_NOT_SUPPORTED, MOSQ_ERR_QOS_NOT_SUPPORTED: .invalid
      case MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_OVERSIZE_PACKET: .tooLarge
      case MOSQ_ERR_NOMEM: .outOfMemory
      case MOSQ_ERR_SUCCESS: .closed
      default: .library(result)
      }
  }
}
