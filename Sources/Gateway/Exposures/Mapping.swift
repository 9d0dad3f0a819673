package import Addresses
import Identify

/// A port that a program of the LAN had the gateway open to it (UPnP IGD, NAT-PMP, PCP).
package struct Mapping: Hashable, Sendable {
  /// As a stranger sees it: a port of the gateway, or, without translation, of the device.
  package var port: Port
  package var device: IPAddress
  package var devicePort: UInt16
  /// Whether the device is reached under its own address (a pinhole of IPv6).
  package var isPinhole: Bool
  /// What the program calls it, cleaned and cut; `nil` where it says nothing.
  package var description: String?

  package init(
    port: Port, device: IPAddress, devicePort: UInt16, isPinhole: Bool = false, description: String? = nil
  ) {
    self.port = port
    self.device = device
    self.devicePort = devicePort
    self.isPinhole = isPinhole
    self.description = description
  }

  /// Mappings beyond are passed over; a gateway has a few dozen.
  package static let limit = 1024
  /// Scalars of a description that are kept.
  private static let textLimit = 64

  /// A text of a stranger that steers no terminal.
  static func clean(_ text: String) -> String? {
    // Cut twice, so that no blank is left at the end.
    let kept = Text.clean(String(Text.clean(text).unicodeScalars.prefix(textLimit)))
    return kept.isEmpty ? nil : kept
  }
}

/// What miniupnpd keeps of mappings, and where.
package enum LeaseFile {
  /// More than the mappings of any house.
  package static let byteLimit = 1 << 20

  /// Reads the mappings of IPv4, a line each: `TCP:8081:192.168.1.10:80:EXPIRY:description`.
  package static func mappings(_ bytes: [UInt8]) -> [Mapping] {
    lines(bytes).compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 5, let transport = Transport(rawValue: fields[0].lowercased()),
        let port = UInt16(fields[1]), port > 0, let device = IPv4Address(fields[2]),
        let devicePort = UInt16(fields[3]), devicePort > 0
      else { return nil }
      return Mapping(
        port: Port(transport, port), device: .v4(device), devicePort: devicePort,
        description: fields.count > 5 ? Mapping.clean(fields[5]) : nil)
    }
  }

  /// Reads the pinholes of IPv6, a line each: `TCP;PEER;PEERPORT;DEVICE;PORT;UID;EXPIRY;description`.
  package static func pinholes(_ bytes: [UInt8]) -> [Mapping] {
    lines(bytes).compactMap { line in
      let fields = line.split(separator: ";", maxSplits: 7, omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 5, let transport = Transport(rawValue: fields[0].lowercased()),
        let device = IPv6Address(fields[3]), let port = UInt16(fields[4]), port > 0
      else { return nil }
      return Mapping(
        port: Port(transport, port), device: .v6(device), devicePort: port, isPinhole: true,
        description: fields.count > 7 ? Mapping.clean(fields[7]) : nil)
    }
  }

  /// Where its configuration says that it keeps them: of IPv4, and of IPv6.
  package static func places(configuration bytes: [UInt8]) -> (mappings: String?, pinholes: String?) {
    func value(_ name: String) -> String? {
      lines(bytes).last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
        .flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    return (value("lease_file"), value("lease_file6"))
  }

  /// Where its configuration says that it answers: the name or address of a LAN's interface, and the port there.
  package static func service(configuration bytes: [UInt8]) -> (listening: String, port: UInt16)? {
    func value(_ names: String...) -> Substring? {
      lines(bytes).last { line in names.contains { line.hasPrefix($0 + "=") } }?.split(separator: "=").last
    }
    guard let listening = value("listening_ip")?.split(whereSeparator: { " /,".contains($0) }).first,
      let port = value("http_port", "port").flatMap({ UInt16($0) }), port > 0
    else { return nil }
    return (String(listening), port)
  }

  /// Where Debian and OpenWrt have the configuration.
  package static let usualConfigurations = [
    "/etc/miniupnpd/miniupnpd.conf", "/var/etc/miniupnpd.conf", "/tmp/etc/miniupnpd.conf",
  ]

  private static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.prefix(byteLimit).split(separator: 0x0a).prefix(Mapping.limit).map { line in
      String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
    }
  }
}
