import Glibc

/// Stream sockets in the file system (unix(7)).
package enum UnixSocket {
  /// Listens at `path`, which only this user and root may use; a socket file left by a dead process is
  /// replaced.
  package static func listen(_ path: String) throws(SystemError) -> Descriptor {
    if try connect(path) != nil { throw SystemError(EADDRINUSE, "bind", path) }
    let descriptor = try open(path)
    unlink(path)
    try system("bind", path) { withAddress(path) { Glibc.bind(descriptor.number, $0, $1) } }
    try system("chmod", path) { chmod(path, 0o600) }
    try system("listen", path) { Glibc.listen(descriptor.number, 8) }
    return descriptor
  }

  /// Holds a name that only one process of this network namespace can hold, as long as the descriptor
  /// lives: an abstract socket, which leaves nothing behind (unix(7)).
  package static func reserve(_ name: String) throws(SystemError) -> Descriptor {
    let descriptor = try open(name)
    let path = "\0" + name
    try system("bind", name) {
      withAddress(path) { address, _ in
        Glibc.bind(descriptor.number, address, socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count))
      }
    }
    return descriptor
  }

  /// Takes the next connection, or `nil` when none waits.
  package static func accept(_ listener: Descriptor) -> Descriptor? {
    let number = Glibc.accept(listener.number, nil, nil)
    guard number >= 0 else { return nil }
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    return Descriptor(owning: number)
  }

  /// Connects to `path`; `nil` when nobody listens there.
  package static func connect(_ path: String) throws(SystemError) -> Descriptor? {
    let descriptor = try open(path)
    if withAddress(path, { Glibc.connect(descriptor.number, $0, $1) }) == 0 { return descriptor }
    if errno == ENOENT || errno == ECONNREFUSED { return nil }
    throw SystemError(errno, "connect", path)
  }

  private static func open(_ path: String) throws(SystemError) -> Descriptor {
    guard path.utf8.count < 108 else { throw SystemError(ENAMETOOLONG, "socket", path) }
    return Descriptor(
      owning: try system("socket", path) { socket(AF_UNIX, SocketKind.stream, 0) })
  }

  private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt)
    -> CInt
  {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
