package import Addresses

/// Where a UPnP device says that its description is (UPnP Device Architecture 1.1, section 1.3.2, `LOCATION`).
package struct DescriptionPlace: Hashable, Sendable {
  package let port: UInt16
  /// Begins with a slash.
  package let path: String

  /// Reads a location that `host` gave; `nil` unless it is plain HTTP on that host itself.
  ///
  /// A device must not send us to another one, nor to a port that is asked nothing else for its fragility.
  package init?(_ location: String, of host: IPAddress) {
    guard location.utf8.count <= 512, location.lowercased().hasPrefix("http://") else { return nil }
    let rest = location.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    guard let (address, number) = Self.split(authority), IPAddress(String(address)) == host else {
      return nil
    }
    let port = number.map { UInt16($0) } ?? 80
    guard let port, port != 0, PortPolicy(port: port) == .open else { return nil }
    let path = rest.dropFirst(authority.count)
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    self.port = port
    self.path = path.isEmpty ? "/" : String(path)
  }

  /// Splits `HOST[:PORT]`; an address of version 6 stands in brackets, and some devices write its zone with it
  /// (RFC 3986, section 3.2.2; RFC 6874).
  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?)? {
    guard authority.first == "[" else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count <= 2 ? (parts[0], parts.count == 2 ? parts[1] : nil) : nil
    }
    guard let end = authority.firstIndex(of: "]") else { return nil }
    let rest = authority[authority.index(after: end)...]
    guard rest.isEmpty || rest.first == ":" else { return nil }
    let host = authority[..<end].dropFirst().prefix { $0 != "%" }
    return (host, rest.isEmpty ? nil : rest.dropFirst())
  }
}
