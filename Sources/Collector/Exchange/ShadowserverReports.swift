import Addresses
package import Correlate
package import Posture
import Sightings

/// Reports as the Shadowserver Foundation's daily CSV files, which providers' desks already read.
///
/// Columns are those all of its `scan_*` reports begin with; what the collector does not know stays empty.
package enum ShadowserverReports {
  package static let columns = [
    "timestamp", "severity", "ip", "protocol", "port", "hostname", "tag", "asn", "geo", "region", "city",
    "naics", "hostname_source", "sector",
  ]

  /// The files of one day: their names, and what is in them.
  ///
  /// `organisation` stands in the names: letters, digits and `_`.
  package static func files(
    _ services: [ReachableService], scope: TenantScope, organisation: String, day: WallTime
  ) -> [(name: String, text: String)] {
    let types = Dictionary(grouping: scope.admitted(services), by: type)
    return types.sorted { $0.key < $1.key }.map { type, services in
      let text = CSVText.line(columns) + services.map { CSVText.line(row($0)) }.joined()
      return ("\(day.description.prefix(10))-\(type)-\(organisation).csv", text)
    }
  }

  private static func row(_ service: ReachableService) -> [String] {
    let sighting = service.sighting
    // `2026-11-22 23:19:00`, in UTC without a word of it.
    let time = sighting.time.wholeSeconds.description.dropLast().replacing("T", with: " ")
    let tags = [sighting.protocol?.rawValue, service.check, service.kind?.rawValue].compactMap(\.self)
    return [
      String(time), service.severity.rawValue, sighting.address.description,
      sighting.port.transport.rawValue, String(sighting.port.number), "", tags.joined(separator: ";"), "0",
      "", "", "", "0", "", "",
    ]
  }

  /// The report a service belongs to, by the names of 2026; whatever has none of its own is in `device_id`.
  static func type(of service: ReachableService) -> String {
    switch service.sighting.protocol {
    case .adb: "scan_adb"
    case .coap: "scan_coap"
    case .cwmp: "scan_cwmp"
    case .dns: "scan_dns"
    case .ftp: "scan_ftp"
    case .http where service.sighting.tls: "scan_ssl"
    case .http: "scan_http"
    case .ipp: "scan_ipp"
    case .ldap: "scan_ldap_tcp"
    case .mdns: "scan_mdns"
    case .memcached: "scan_memcached"
    case .mqtt: "scan_mqtt"
    case .mysql: "scan_mysql"
    case .nbns: "scan_netbios"
    case .ntp: "scan_ntp"
    case .postgresql: "scan_postgres"
    case .rdp: "scan_rdp"
    case .redis: "scan_redis"
    case .rsync: "scan_rsync"
    case .smb: "scan_smb"
    case .snmp: "scan_snmp"
    case .socks: "scan_socks"
    case .ssdp: "scan_ssdp"
    case .ssh: "scan_ssh"
    case .telnet: "scan_telnet"
    case .tftp: "scan_tftp"
    case .vnc: "scan_vnc"
    case .modbus, .bacnet, .s7comm, .iec104, .dnp3, .fox, .opcUA, .ethernetIP, .hartIP, .fins, .melsec, .knx:
      "scan_ics"
    default: "device_id"
    }
  }
}
