import ArgumentParser
import Campaigns
import Foundation
import LinuxIO
import WideScan

/// The pipes to the campaign: its order on standard input, results to standard output.
final class ScanPipe {
  private var waiting: [UInt8] = []
  private var start = 0

  /// So much may wait before nothing more is sent.
  private static let crowd = 1 << 20
  /// So much is worth a call of the kernel.
  private static let piece = 32_768
  /// Two bits in base64 for each of 2^28 targets; more do not fit the memory that a scan may take.
  private static let orderLimit = 128 << 20

  /// Does the work, and tells why it could not be done.
  func serve(_ work: (ScanPipe) throws -> Void) throws {
    do {
      try work(self)
    } catch let end as ExitCode {
      throw end
    } catch {
      let status = ExitStatus(error).rawValue
      put(ScannerLine.bytes("failed", ScannerLine.Failure(status: status, text: String(describing: error))))
      try? finish()
      throw ExitCode(status)
    }
  }

  /// Reads the order; afterwards, standard input ends only when the campaign does.
  func order<Order: Decodable>() throws -> Order {
    let input = Descriptor(owning: dup(0))
    var bytes: [UInt8] = []
    while bytes.last != 0x0a {
      guard let more = try input.read(limit: 1 << 20), !more.isEmpty, bytes.count < Self.orderLimit else {
        throw WideScanError(.checkpoint, "no order came; 'campaign start' runs this command")
      }
      bytes += more
    }
    for descriptor in [CInt(0), 1] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    return try JSONDecoder().decode(Order.self, from: Data(bytes))
  }

  var isCrowded: Bool { waiting.count - start > Self.crowd }

  func put(_ line: [UInt8]) {
    waiting += line
    // What fails here fails again at the next turn, which tells.
    if waiting.count - start >= Self.piece { try? write() }
  }

  /// Writes what fits, and finds out whether the campaign is still there.
  func flush() throws {
    var byte: UInt8 = 0
    guard read(0, &byte, 1) != 0 else {
      throw WideScanError(.network, "the campaign's worker is gone; its shard goes on with another")
    }
    try write()
  }

  private func write() throws(SystemError) {
    while start < waiting.count {
      let count = waiting[start...].withUnsafeBytes { Glibc.write(1, $0.baseAddress, min($0.count, 1 << 20)) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN { break }
        throw SystemError(errno, "write", "results")
      }
      start += count
    }
    if start == waiting.count || start > Self.crowd {
      waiting.removeFirst(start)
      start = 0
    }
  }

  /// Writes all that is left; waits while the campaign cannot take it.
  func finish() throws {
    while start < waiting.count {
      try flush()
      var entry = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
      if start < waiting.count { _ = poll(&entry, 1, 250) }
    }
  }
}
