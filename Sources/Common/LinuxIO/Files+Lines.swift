import Glibc

extension Files {
  /// Hands over a file line by line without holding it, at most `limit` bytes of it; line ends are left out.
  ///
  /// A line of more than 64 KiB is cut into several.
  package static func forEachLine(
    of path: String, limit: Int, _ take: (ArraySlice<UInt8>) -> Void
  ) throws(SystemError) {
    let number = try system("open", path) { open(path, O_RDONLY | O_CLOEXEC) }
    let file = Descriptor(owning: number)
    var rest: [UInt8] = []
    var total = 0
    while total < limit, let chunk = try file.read(limit: 65_536), !chunk.isEmpty {
      total += chunk.count
      rest += chunk
      var start = rest.startIndex
      while let end = rest[start...].firstIndex(of: 0x0a) {
        take(rest[start..<end].last == 0x0d ? rest[start..<(end - 1)] : rest[start..<end])
        start = end + 1
      }
      rest.removeFirst(start)
      if rest.count >= 65_536 {
        take(rest[...])
        rest = []
      }
    }
    if !rest.isEmpty { take(rest[...]) }
  }
}
