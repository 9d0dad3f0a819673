package import LANScan
import Identify
import LinuxIO

extension ScanRequest {
  /// The request for a configured LAN.
  package static func lan(
    _ lan: AgentConfiguration.LAN, politeness: Politeness
  ) throws(ScanError) -> ScanRequest {
    let interfaces: [NetworkInterface]
    do throws(SystemError) { interfaces = try NetworkInterface.all() } catch { throw .system(error) }
    guard let interface = interfaces.first(where: { $0.name == lan.interface }) else {
      throw .unknownInterface(lan.interface, known: interfaces.map(\.name))
    }
    return try ScanRequest(
      interface: interface, ports: DefaultPorts.tcp, politeness: politeness,
      excludedHardware: lan.excludedHardware, excludedAddresses: lan.excludedAddresses,
      leases: DHCPLease.onThisMachine())
  }
}

extension DHCPLease {
  /// The leases of a DHCP server on this machine; none where there is no server.
  package static func onThisMachine() -> [DHCPLease] {
    let now = Clocks.wall
    return usualPaths.flatMap { path in
      (try? Files.read(path, limit: 1_048_576)).map { leases(in: $0, now: now) } ?? []
    }
  }
}
