package import Addresses

/// Whom this machine asks for names.
package enum NameServers {
  package static let port: UInt16 = 53

  /// The name servers of `/etc/resolv.conf`.
  package static var configured: [IPAddress] {
    read((try? Files.read("/etc/resolv.conf", limit: 65_536)) ?? [])
  }

  /// Reads resolv.conf(5); a zone of IPv6 cannot be used here.
  package static func read(_ text: [UInt8]) -> [IPAddress] {
    text.split(separator: 0x0a).compactMap { line in
      let words = line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
      return words.count > 1 && words[0] == "nameserver" ? IPAddress(words[1]) : nil
    }
  }
}
