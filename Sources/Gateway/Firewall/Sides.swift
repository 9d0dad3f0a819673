import LinuxIO

/// Which interfaces lead to the Internet and which to the household, by name.
package struct Sides: Hashable, Sendable, Codable {
  /// More interfaces than this on one side are a mistake.
  private static let limit = 32

  package var wan: [String]
  package var lan: [String]

  package init(wan: [String], lan: [String]) {
    self.wan = wan
    self.lan = lan
  }

  /// Why this cannot be used, or `nil`.
  ///
  /// The names become text for `nft`, where a quote would end a name and an asterisk would match others.
  package var fault: String? {
    if let twice = wan.first(where: lan.contains) {
      return "interface '\(twice)' cannot be WAN and LAN at once"
    }
    if wan.count > Self.limit || lan.count > Self.limit { return "more than \(Self.limit) interfaces" }
    guard let bad = (wan + lan).first(where: { !Self.isPlain($0) }) else { return nil }
    return "'\(bad)' cannot be used as the name of an interface here"
  }

  /// With further interfaces of the Internet's side, but for those of the LANs; the latest of them where there are too many,
  /// as of a line that dials in by another name each time.
  func adding(_ names: [String]) -> Sides {
    let all = wan.filter { !names.contains($0) && !lan.contains($0) } + names.filter { !lan.contains($0) }
    return Sides(wan: all.suffix(Self.limit), lan: lan)
  }

  private static func isPlain(_ name: String) -> Bool {
    (1...15).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20)
          || [0x2d, 0x2e, 0x40, 0x5f].contains($0)
      }
  }
}

extension Sides {
  /// The interfaces over which default routes go, but for LANs.
  package static func ofDefaultRoutes(lan: [String]) -> Sides {
    let v4 = (try? Files.read("/proc/net/route", limit: 1 << 20)) ?? []
    let v6 = (try? Files.read("/proc/net/ipv6_route", limit: 8 << 20)) ?? []
    let names = Set(defaultRoutes(v4: v4, v6: v6)).subtracting(lan)
    return Sides(wan: names.sorted(), lan: lan)
  }

  /// Reads the kernel's text: `/proc/net/route` has destination 00000000 and mask 00000000 for a default route,
  /// `/proc/net/ipv6_route` thirty-two zeros with prefix 00; loopback holds the kernel's own "unreachable".
  static func defaultRoutes(v4: [UInt8], v6: [UInt8]) -> [String] {
    let zeros = String(repeating: "0", count: 32)
    let first = lines(v4).filter { $0.count > 7 && $0[1] == "00000000" && $0[7] == "00000000" }.map { $0[0] }
    let second = lines(v6).filter { $0.count > 9 && $0[0] == zeros && $0[1] == "00" && $0[9] != "lo" }
      .map { $0[9] }
    return first + second
  }

  private static func lines(_ bytes: [UInt8]) -> [[String]] {
    bytes.split(separator: 0x0a).map { line in
      line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
