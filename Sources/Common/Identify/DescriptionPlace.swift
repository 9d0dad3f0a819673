package import Addresses

/// Where a UPnP device says that its description is (UPnP Device Architecture 1.1, section 1.3.2, `LOCATION`).
package struct DescriptionPlace: Hashable, Sendable {
  package let port: UInt16
  /// Begins with a slash.
  package let path: String

  /// Reads a location that `host` gave; `nil` unless it is plain HTTP on that host itself.
  ///
  /// A device must not send us to another one, nor to a port that is asked nothing else for its fragility.
  package init?(_ location: String, of host: IPv4Address) {
    guard location.utf8.count <= 512, location.lowercased().hasPrefix("http://") else { return nil }
    let rest = location.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.first.flatMap({ IPv4Address(String($0)) }) == host else { return nil }
    let port = parts.count == 2 ? UInt16(parts[1]) : 80
    guard let port, port != 0, PortPolicy(port: port) == .open else { return nil }
    let path = rest.dropFirst(authority.count)
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    self.port = port
    self.path = path.isEmpty ? "/" : String(path)
  }
}
