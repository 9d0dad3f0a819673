import Glibc
import LinuxIO
import WideScan

/// The list of those who have opted out, read again whenever its file has changed.
struct OptOutFile {
  private let path: String
  private var stamp: String?

  init(_ path: String) { self.path = path }

  /// Who is to be left alone when a scan begins.
  mutating func first() throws -> AddressSet {
    stamp = Self.stamp(path)
    return OptOut.set(try ScanDesk.optOuts(path), at: Clocks.wall)
  }

  /// The same when the file has changed since; one that cannot be read changes nothing.
  mutating func news() -> AddressSet? {
    let stamp = Self.stamp(path)
    guard stamp != self.stamp else { return nil }
    self.stamp = stamp
    do {
      let list = try ScanDesk.optOuts(path)
      talk("\(path) has changed: \(list.count) entries are left alone from now on")
      return OptOut.set(list, at: Clocks.wall)
    } catch {
      talk(TerminalText.multiline("\(error); who had opted out before is left alone as before"))
      return nil
    }
  }

  private static func stamp(_ path: String) -> String? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return "\(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec) \(facts.st_mtim.tv_nsec)"
  }
}
