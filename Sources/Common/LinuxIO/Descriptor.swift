import Glibc

/// The one owner of an open file descriptor: closes it when released.
package final class Descriptor {
  package let number: CInt

  /// Takes ownership of `number`.
  package init(owning number: CInt) {
    self.number = number
  }

  deinit { close(number) }

  /// Another number for the same file, for whoever closes what it is given.
  package func copy() throws(SystemError) -> CInt {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SystemError(errno, "fcntl", "descriptor \(number)") }
    return copy
  }

  /// Reads at most `limit` bytes.
  ///
  /// - Returns: the bytes, empty at the end of the stream, `nil` when there is nothing to read now.
  package func read(limit: Int) throws(SystemError) -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, used in
      count = readIgnoringInterrupts(number, buffer)
      used = max(0, count)
    }
    if count >= 0 { return bytes }
    if errno == EAGAIN || errno == EWOULDBLOCK { return nil }
    throw SystemError(errno, "read", "descriptor \(number)")
  }

  /// Writes what fits now.
  ///
  /// - Returns: the number of bytes taken, 0 when the descriptor is full.
  package func write(_ bytes: some Collection<UInt8>) throws(SystemError) -> Int {
    let array = Array(bytes)
    while true {
      let count = Glibc.write(number, array, array.count)
      if count >= 0 { return count }
      if errno == EAGAIN || errno == EWOULDBLOCK { return 0 }
      if errno != EINTR { throw SystemError(errno, "write", "descriptor \(number)") }
    }
  }
}

private func readIgnoringInterrupts(_ number: CInt, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
  while true {
    let count = Glibc.read(number, buffer.baseAddress, buffer.count)
    if count >= 0 || errno != EINTR { return count }
  }
}
