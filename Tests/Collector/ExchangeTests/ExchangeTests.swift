import Addresses
import BrokerFixture
import Correlate
import Exchange
import FleetContract
import Foundation
import Posture
import Sightings
import Testing

func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

let noon = known(WallTime("2026-11-23T12:00:00Z"))

func service(
  _ number: UInt8, group: String? = "east", port: UInt16 = 23, protocol name: ServiceProtocol? = .telnet,
  check: String? = "telnet-open", address: String? = nil
) -> ReachableService {
  ReachableService(
    gateway: known(GatewayID(hash: [UInt8](repeating: number, count: 10))), group: group,
    sighting: Sighting(
      address: known(IPAddress(address ?? "192.0.2.\(number)")), port: .tcp(port), state: .open,
      protocol: name,
      time: noon, source: "wide-scan"),
    finding: check.map {
      Finding(check: $0, severity: .high, device: "dev-a", service: .tcp(port), remedy: "r")
    },
    kind: check == nil ? nil : .camera)
}

let contact = known(XARFReports.Contact(org: "ISP", contact: "abuse@isp.example", domain: "isp.example"))

/// Everything that is written for a scope, in every format that tells of services.
func everything(_ services: [ReachableService], _ scope: TenantScope) throws -> String {
  try XARFReports(from: contact).lines(services, scope: scope)
    + IntelMQEvents.lines(services, scope: scope, now: noon)
    + ShadowserverReports.files(services, scope: scope, organisation: "isp", day: noon).map(\.text).joined()
}

@Suite struct ExchangeTests {
  /// Whatever is handed in, a tenant reads of nobody but its own.
  @Test func `nothing of another tenant is ever written`() throws {
    for _ in 0..<200 {
      let services = (1...20).map { number in
        service(UInt8(number), group: ["east", "west", "north", nil][Int.random(in: 0..<4)])
      }
      let mine: Set<String> = Bool.random() ? ["east"] : ["east", "north"]
      let text = try everything(services, .groups(mine))
      for service in services {
        let isMine = service.group.map(mine.contains) ?? false
        for word in ["\"\(service.sighting.address)\"", service.gateway.text] {
          let isThere = text.contains(word)
          #expect(isMine || !isThere, "\(word) of \(service.group ?? "nobody")")
        }
        if isMine { #expect(text.contains("\"\(service.sighting.address)\"")) }
      }
      #expect(try everything(services, .groups([])).contains("192.0.2") == false)
    }
    #expect(try everything([service(1, group: nil)], .everybody).contains("192.0.2.1"))
  }

  @Test(arguments: [
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "  =1", "\r\n=1", "＝1", "a\"b,c\n=d",
  ])
  func `no field is a formula, a second field or a second line`(text: String) {
    let line = CSVText.line([text, "end"])
    #expect(line.hasSuffix(",\"end\"\r\n"))
    #expect(line.dropLast().allSatisfy { !$0.isNewline })
    let first = line.dropFirst().unicodeScalars.first { $0 != " " }
    #expect(first.map { !"=+-@＝＋－＠\t".unicodeScalars.contains($0) } == true, "\(line)")
    let inner = line.dropFirst().dropLast(",\"end\"\r\n".count + 1)
    #expect(inner.replacing("\"\"", with: "").contains("\"") == false)
  }

  @Test func `a check that is none of ours is not passed on`() throws {
    for check in ["=HYPERLINK(1)", "\u{202e}evil", "a\nb", String(repeating: "a", count: 65), ""] {
      let text = try everything([service(1, check: check)], .everybody)
      #expect(check.isEmpty || !text.contains(check))
      #expect(text.contains("192.0.2.1"))
    }
  }

  @Test func `services go to the report that desks know`() {
    let files = ShadowserverReports.files(
      [service(1), service(2, port: 502, protocol: .modbus), service(3, port: 9, protocol: nil, check: nil)],
      scope: .everybody, organisation: "isp", day: noon)
    #expect(
      files.map(\.name) == [
        "2026-11-23-device_id-isp.csv", "2026-11-23-scan_ics-isp.csv", "2026-11-23-scan_telnet-isp.csv",
      ])
    let lines = files[2].text.components(separatedBy: "\r\n")
    #expect(lines.count == 3 && lines[2].isEmpty)
    #expect(
      lines[1].hasPrefix(
        #""2026-11-23 12:00:00","high","192.0.2.1","tcp","23","","telnet;telnet-open;camera","0","#))
    #expect(files[0].text.contains("\"medium\""))
  }

  @Test(arguments: [
    ("", "a@isp.example", "isp.example"), ("I", "isp.example", "isp.example"),
    ("I", "@isp.example", "isp.example"),
    ("I", "a@b@isp.example", "isp.example"), ("I", "a b@isp.example", "isp.example"),
    ("I", "a@isp", "isp.example"),
    ("I", "a@isp.example", "isp"), ("I", "a@isp.example", "-isp.example"),
    ("I", "a@isp.example", "isp..example"),
  ]) func `who reports has an address`(org: String, address: String, domain: String) {
    #expect(XARFReports.Contact(org: org, contact: address, domain: domain) == nil)
  }

  @Test func `a report sent twice is the same report`() throws {
    let reports = XARFReports(from: contact)
    let one = try reports.lines([service(1)], scope: .everybody)
    #expect(try reports.lines([service(1)], scope: .everybody) == one)
    #expect(try reports.lines([service(2)], scope: .everybody) != one)
    #expect(!one.contains("gw-") && !one.contains("dev-"))
  }

  @Test func `numbers are written as Prometheus reads them`() {
    var metrics = MetricsText()
    metrics.add("a_total", "What \\ it\nis.", type: "counter", [([("why", "a\"b\\c\nd")], 3), ([], 0.5)])
    #expect(
      metrics.text
        == "# HELP a_total What \\\\ it\\nis.\n# TYPE a_total counter\na_total{why=\"a\\\"b\\\\c\\nd\"} 3\na_total 0.5\n"
    )
  }
}
