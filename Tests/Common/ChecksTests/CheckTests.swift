import Addresses
import Checks
import Posture
import Testing

/// A device, and the findings it must lead to: `check severity port remedy`.
struct Case: CustomTestStringConvertible {
  var device: Device
  var findings: [String]

  init(_ device: Device, _ findings: String...) {
    self.device = device
    self.findings = findings
  }

  var testDescription: String { findings.joined(separator: "; ") }
}

func line(_ finding: Finding) -> String {
  [finding.check, finding.severity.rawValue, finding.service?.description ?? "-", finding.remedy].joined(
    separator: " ")
}

struct CheckTests {
  static let both: [Exposure] = [.lan, .wan]
  static let now = WallTime("2026-11-24T00:00:00Z")

  static let cases: [Case] = [
    Case(device(.tcp(23, .telnet)), "telnet-open high tcp/23 turn-off"),
    Case(device(.tcp(23, .telnet, from: both)), "telnet-open critical tcp/23 take-off-internet"),
    Case(device(.tcp(23, .telnet, needed: .yes)), "telnet-open high tcp/23 limit-to-partner"),
    Case(
      device(.tcp(2001, .telnet, [.banner: "ser2net port 2001"])),
      "serial-console-on-network high tcp/2001 limit-to-partner"),
    Case(
      device(.tcp(2001, .unknown, [.banner: "Lantronix"])),
      "serial-console-on-network high tcp/2001 limit-to-partner"),
    Case(device(.tcp(21, .ftp)), "ftp-open medium tcp/21 turn-off"),
    Case(device(.tcp(21, .ftp, [.anonymous: "open"])), "ftp-anonymous high tcp/21 set-password"),
    Case(device(.udp(69, .tftp)), "tftp-open medium udp/69 turn-off"),
    Case(device(.udp(19, .chargen)), "amplifier-open medium udp/19 turn-off"),
    Case(device(.udp(17, .qotd, from: both)), "amplifier-open high udp/17 take-off-internet"),
    Case(device(.udp(123, .ntp, from: both)), "amplifier-open high udp/123 take-off-internet"),
    Case(device(.tcp(7, .echo)), "old-test-service-open low tcp/7 turn-off"),
    Case(device(.tcp(502, .modbus)), "industrial-protocol-open medium tcp/502 separate-network"),
    Case(
      device(.udp(47808, .bacnet, from: [.wan])),
      "industrial-protocol-open critical udp/47808 take-off-internet"),
    Case(device(.tcp(1883, .mqtt, [.anonymous: "open"])), "mqtt-anonymous high tcp/1883 set-password"),
    Case(device(.tcp(6379, .redis, [.anonymous: "open"])), "redis-anonymous high tcp/6379 set-password"),
    Case(device(.tcp(6379, .redis, [.anonymous: "refused"])), "database-open low tcp/6379 limit-to-partner"),
    Case(device(.tcp(3306, .mysql, from: both)), "database-open high tcp/3306 take-off-internet"),
    Case(
      device(.udp(1900, .ssdp, [.type: "upnp:rootdevice", .server: "Debian UPnP/1.1 MiniUPnPd/2.3.1"])),
      "upnp-igd-on medium udp/1900 turn-off"),
    Case(device(.udp(111, .rpcbind), .tcp(111, .rpcbind)), "rpcbind-open low tcp/111 turn-off"),
    Case(device(.udp(53, .dns), .tcp(53, .dns)), "open-resolver medium tcp/53 answer-only-inside"),
    Case(
      device(
        "d", .nas, .tcp(8200, .http, [.title: "MiniDLNA", .server: "DLNADOC/1.50"]),
        .tcp(5000, .http, [.title: "NAS", .status: "200"], needed: .yes)),
      "management-page-without-tls low tcp/5000 secure-page"),
    Case(
      device(.udp(1900, .ssdp, [.type: "urn:schemas-upnp-org:device:InternetGatewayDevice:1"])),
      "upnp-igd-on medium udp/1900 turn-off"),
    Case(device(.tcp(111, .rpcbind)), "rpcbind-open low tcp/111 turn-off"),
    Case(device(.tcp(5900, .vnc)), "vnc-open medium tcp/5900 turn-off"),
    Case(device(.tcp(5900, .vnc, [.anonymous: "open"])), "vnc-anonymous high tcp/5900 set-password"),
    Case(device(.tcp(3389, .rdp)), "rdp-open low tcp/3389 turn-off"),
    Case(device(.tcp(6000, .x11)), "x11-open medium tcp/6000 turn-off"),
    Case(device(.tcp(5555, .adb)), "adb-open high tcp/5555 turn-off"),
    Case(
      device(.tcp(445, .smb, [.anonymous: "open"], needed: .yes)), "smb-anonymous high tcp/445 set-password"),
    Case(
      device(.tcp(139, .smb, [.anonymous: "open"]), .tcp(445, .smb, [.anonymous: "open"])),
      "smb-anonymous high tcp/139 set-password"),
    Case(
      device(.tcp(445, .smb, [.anonymous: "open"], from: both)),
      "smb-anonymous critical tcp/445 take-off-internet"),
    Case(device(.tcp(445, .smb, from: both)), "smb-open critical tcp/445 take-off-internet"),
    Case(device(.udp(161, .snmp, [.anonymous: "open"])), "snmp-public medium udp/161 set-password"),
    Case(device(.tcp(554, .rtsp, [.anonymous: "open"])), "camera-stream-open high tcp/554 set-password"),
    Case(
      device(.tcp(80, .http, [.status: "401", .realm: "x"])),
      "management-page-without-tls low tcp/80 secure-page"),
    Case(
      device("d", .hub, .tcp(80, .http, [.title: "Hub"])),
      "management-page-without-tls low tcp/80 secure-page"),
    Case(device(.tcp(80, .http, [.title: "第2浄水場 水位監視"])), "facility-named-page high tcp/80 rename-page"),
    Case(
      device(.tcp(443, .http, [.realm: "City Hospital"], tls: true)),
      "facility-named-page high tcp/443 rename-page"),
    Case(device(.udp(53, .dns)), "open-resolver medium udp/53 answer-only-inside"),
    Case(device("d", .router, .udp(53, .dns, from: both)), "open-resolver high udp/53 take-off-internet"),
    Case(device("d", .printer, .tcp(9100, .unknown)), "printer-raw-port info tcp/9100 leave-as-is"),
    Case(device(.tcp(9100, .jetdirect)), "printer-raw-port info tcp/9100 leave-as-is"),
    Case(device(.tcp(1080, .socks, [.anonymous: "open"])), "proxy-open high tcp/1080 turn-off"),
    Case(device(.tcp(11112, .dicom)), "medical-protocol-open medium tcp/11112 separate-network"),
    Case(
      device(.udp(5683, .coap, from: both)), "amplifier-open high udp/5683 take-off-internet",
      "home-control-on-internet high udp/5683 take-off-internet"),
    Case(device(.tcp(11211, .memcached)), "memcached-open high tcp/11211 limit-to-partner"),
    Case(
      device(.tcp(4840, .opcUA, [.anonymous: "open"], needed: .yes)),
      "opc-ua-anonymous medium tcp/4840 set-password"),
    Case(
      device(
        "d", .router, .udp(1900, .ssdp, [.type: "urn:schemas-upnp-org:device:InternetGatewayDevice:1"]),
        .tcp(5000, .upnp, [.type: "urn:schemas-upnp-org:device:InternetGatewayDevice:1"])),
      "upnp-igd-on medium tcp/5000 turn-off"),
    Case(
      device(.tcp(443, .http, [.weak: "TLS-1.0", .tlsVersion: "1.0"], tls: true)),
      "weak-tls low tcp/443 update-software"),
    Case(
      device(.tcp(22, .ssh, [.weak: "diffie-hellman-group1-sha1"])), "weak-ssh low tcp/22 update-software"),
    Case(
      device(.tcp(443, .http, [.certificateUntil: "2026-01-01T00:00:00Z"], tls: true)),
      "certificate-expired info tcp/443 update-software"),
    Case(
      device(
        .tcp(22, .ssh, [.banner: "SSH-2.0-OpenSSH_6.7p1 Debian-5+deb8u8"]),
        .tcp(8088, .http, [.status: "404", .server: "Apache/2.2.22 (Debian)"])),
      "end-of-support medium tcp/22 replace-device"),
    Case(device(.tcp(22, .ssh, from: both)), "open-to-internet medium tcp/22 take-off-internet"),
  ]

  @Test(arguments: cases)
  func fires(example: Case) {
    #expect(Checks.judge([example.device], now: Self.now).map(line) == example.findings)
  }

  static let quiet: [Case] = [
    Case(device(.tcp(990, .ftp, tls: true))),
    Case(device(.tcp(1883, .mqtt))), Case(device(.tcp(1883, .mqtt, [.anonymous: "refused"]))),
    Case(device(.tcp(445, .smb))), Case(device(.tcp(445, .smb, [.anonymous: "refused"]))),
    Case(device(.tcp(22, .ssh))),
    Case(device(.tcp(4840, .opcUA, [.anonymous: "refused"], needed: .yes))), Case(device(.udp(161, .snmp))),
    Case(device(.tcp(554, .rtsp))), Case(device(.udp(123, .ntp))), Case(device(.udp(5353, .mdns))),
    Case(device(.udp(5683, .coap))), Case(device(.tcp(1080, .socks))),
    Case(device(.udp(1900, .ssdp, [.type: "upnp:rootdevice"]))), Case(device(.tcp(5000, .upnp))),
    Case(device("d", .router, .udp(53, .dns))), Case(device("d", .accessPoint, .udp(53, .dns))),
    Case(device(.tcp(80, .http, [.status: "200", .title: "hello"]))), Case(device(.tcp(80, .http))),
    Case(device("d", .hub, .tcp(443, .http, [.title: "Hub", .realm: "x"], tls: true))),
    Case(device("d", .hub, .tcp(80, .http, [.status: "401", .location: "https://hub/"]))),
    Case(device("d", .hub, .tcp(80, .http, [.status: "401"]), .tcp(443, .http, [.title: "x"], tls: true))),
    Case(device("d", .camera, .tcp(80, .http, [.status: "404", .title: "Not Found"]))),
    Case(
      device(.tcp(443, .http, [.tlsVersion: "1.3", .certificateUntil: "2027-01-01T00:00:00Z"], tls: true))),
    Case(device(.tcp(22, .ssh, [.hassh: "x", .hostKey: "ssh-ed25519 SHA256:x"]))),
    Case(device(.tcp(9100, .unknown))), Case(device(.tcp(23, .unknown))), Case(device(.tcp(502, .unknown))),
    Case(device(.tcp(502, .modbus, needed: .yes))), Case(device("d")),
    Case(device("d", .camera)), Case(device(.tcp(2001, .unknown, [.banner: "hello"]))),
  ]

  @Test(arguments: quiet)
  func staysQuiet(example: Case) {
    #expect(Checks.judge([example.device], now: Self.now).map(line) == [])
  }

  @Test func everyCheckIsShown() {
    let shown = Set(Self.cases.flatMap { Checks.judge([$0.device], now: Self.now).map(\.check) })
    #expect(
      Checks.ids.subtracting(shown) == [
        "address-conflict", "known-bad-firmware", "stopped-answering", "slowed-down", "accepts-everything",
      ],
      "tested beside")
  }

  /// A gateway that takes today for 1970, or cannot tell, must not call anything expired.
  @Test func withoutAClockNothingHasExpired() {
    let old = device(.tcp(443, .http, [.certificateUntil: "2026-01-01T00:00:00Z"], tls: true))
    #expect(Checks.judge([old]) == [])
    #expect(Checks.judge([old], now: WallTime("2025-12-31T00:00:00Z")) == [])
  }

  /// What is out of support depends on the day; without one, on what was so when this was written.
  @Test func supportEndsOnItsDay() {
    let bullseye = device(.tcp(22, .ssh, [.banner: "SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3"]))
    #expect(Checks.judge([bullseye], now: WallTime("2026-08-31T00:00:00Z")) == [])
    #expect(
      Checks.judge([bullseye], now: WallTime("2026-09-01T00:00:00Z")).map(\.check) == ["end-of-support"])
    #expect(Checks.judge([bullseye]) == [])
    var given = Device(id: "dev-given", kind: .camera)
    given.remarks = [.unsupported]
    #expect(Checks.judge([given]).map(\.check) == ["end-of-support"])
  }

  @Test func whatTheScanNoticedIsTold() {
    var odd = Device(id: "dev-odd", kind: .unknown)
    odd.remarks = [.stoppedAnswering]
    #expect(Checks.judge([odd]).map(\.check) == ["stopped-answering"])
    odd.remarks = [.slowedDown]
    #expect(Checks.judge([odd]).map(\.check) == ["slowed-down"])
    odd.remarks = [.acceptsEverything]
    #expect(Checks.judge([odd]).map(\.check) == ["accepts-everything"])
  }

  @Test(arguments: [
    ("水位監視システム", true), ("中部ダム 管理所", true), ("ダム", true), ("第三発電所", true), ("中央病院 受付", true),
    ("Water Level Monitor", true), ("North Dam gate", true), ("POWER PLANT 2", true), ("下水処理", true),
    ("ランダム再生", false), ("ガンダム", false), ("マダム", false), ("Amsterdam", false), ("damage report", false),
    ("インプラント", false), ("Login", false), ("", false),
  ])
  func facilityWordsAreWholeWords(title: String, isNamed: Bool) {
    let findings = Checks.judge([device(.tcp(80, .http, [.title: title]))])
    #expect(findings.contains { $0.check == "facility-named-page" } == isNamed)
  }
}
