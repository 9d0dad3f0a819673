import Addresses
import Exposures
import Posture

/// The gateway's ports as AWS IoT Device Defender takes them from its agents (report format 1.0, long names).
///
/// Every port that is listened on is listed, where others send a sample. Of connections only their number is told, which the
/// format allows: who talks to whom stays here.
struct DeviceDefenderReport: Encodable {
  struct Header: Encodable {
    /// Goes up; the time in seconds since 1970, as the format advises.
    var reportID: Int64
    var version = "1.0"

    private enum CodingKeys: String, CodingKey {
      case version
      case reportID = "report_id"
    }
  }

  struct ListedPort: Encodable, Hashable {
    var interface: String
    var port: UInt16
  }

  struct Ports: Encodable {
    /// Absent where there is none: an empty list is none of the format's.
    var ports: [ListedPort]?
    var total: Int

    init(_ ports: [ListedPort]) {
      self.ports = ports.isEmpty ? nil : ports
      total = ports.count
    }
  }

  struct Connections: Encodable {
    struct Count: Encodable { var total: Int }

    var established: Count

    private enum CodingKeys: String, CodingKey { case established = "established_connections" }
  }

  struct Metrics: Encodable {
    var tcp: Ports
    var udp: Ports
    var traffic: Traffic?
    var connections: Connections?

    private enum CodingKeys: String, CodingKey {
      case tcp = "listening_tcp_ports"
      case udp = "listening_udp_ports"
      case traffic = "network_stats"
      case connections = "tcp_connections"
    }
  }

  var header: Header
  var metrics: Metrics

  /// Makes a report of what was seen; `traffic` is what went over the gateway's links since the report before.
  init(_ sight: ExposureSight, number: Int64, traffic: Traffic?) {
    header = Header(reportID: number)
    let listening = sight.ports.filter { $0.means.contains(.listener) && $0.target.place == .gateway }
    func ports(_ transport: Transport) -> Ports {
      let all = listening.filter { $0.target.port.transport == transport && !$0.isTemporary }.flatMap {
        port in
        Self.links(of: port, sight.network).map { ListedPort(interface: $0, port: port.target.port.number) }
      }
      return Ports(Set(all).sorted { ($0.port, $0.interface) < ($1.port, $1.interface) })
    }
    metrics = Metrics(
      tcp: ports(.tcp), udp: ports(.udp), traffic: traffic,
      connections: sight.connections.map { Connections(established: Connections.Count(total: $0)) })
  }

  /// The interfaces on whose addresses it is listened.
  private static func links(of port: ExposedPort, _ network: GatewayNetwork) -> [String] {
    let links = port.target.side == .wan ? network.wan : network.lan
    let isEvery = port.addresses.isEmpty || port.addresses.contains { $0.octets.allSatisfy { $0 == 0 } }
    return links.filter { isEvery || !$0.addresses.isDisjoint(with: port.addresses) }.map(\.name)
  }
}

/// What went over links, as the kernel counts it.
struct Traffic: Codable, Hashable {
  var bytesIn: UInt64
  var bytesOut: UInt64
  var packetsIn: UInt64
  var packetsOut: UInt64

  private enum CodingKeys: String, CodingKey {
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
    case packetsIn = "packets_in"
    case packetsOut = "packets_out"
  }

  static let none = Traffic(bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0)

  /// Adds up the named links of `/proc/net/dev` (proc(5)).
  init(_ text: [UInt8], of names: Set<String>) {
    self = .none
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let sides = line.split(separator: ":", maxSplits: 1)
      guard sides.count == 2, names.contains(sides[0].filter { $0 != " " }) else { continue }
      let numbers = sides[1].split(separator: " ").map { UInt64($0) ?? 0 }
      guard numbers.count >= 10 else { continue }
      bytesIn &+= numbers[0]
      packetsIn &+= numbers[1]
      bytesOut &+= numbers[8]
      packetsOut &+= numbers[9]
    }
  }

  private init(bytesIn: UInt64, bytesOut: UInt64, packetsIn: UInt64, packetsOut: UInt64) {
    (self.bytesIn, self.bytesOut, self.packetsIn, self.packetsOut) = (
      bytesIn, bytesOut, packetsIn, packetsOut
    )
  }

  /// What came since; `nil` where a counter went back, because a link is another one now.
  func since(_ earlier: Traffic) -> Traffic? {
    guard bytesIn >= earlier.bytesIn, bytesOut >= earlier.bytesOut, packetsIn >= earlier.packetsIn,
      packetsOut >= earlier.packetsOut
    else { return nil }
    return Traffic(
      bytesIn: bytesIn - earlier.bytesIn, bytesOut: bytesOut - earlier.bytesOut,
      packetsIn: packetsIn - earlier.packetsIn, packetsOut: packetsOut - earlier.packetsOut)
  }
}
