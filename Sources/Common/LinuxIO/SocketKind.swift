import CLinux
import Glibc

/// The socket types this room opens: never blocking, never inherited by a child (socket(2)).
enum SocketKind {
  private static let flags = CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
  static let stream = CInt(SOCK_STREAM.rawValue) | flags
  static let datagram = CInt(SOCK_DGRAM.rawValue) | flags
  static let raw = CInt(SOCK_RAW.rawValue) | flags
  /// Blocks: for questions that the kernel itself answers at once.
  static let kernelQuestion = CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
}
