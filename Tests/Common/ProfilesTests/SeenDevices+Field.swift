import Posture

/// Devices beyond the lab, and devices that no profile may claim.
extension SeenDevice {
  static let field: [SeenDevice] = [
    SeenDevice(
      "plc-schneider-modicon", "Modicon",
      .tcp(502, .modbus, [.vendor: "Schneider Electric", .product: "TM221CE40R", .revision: "V1.6"])),
    SeenDevice(
      "energy-modbus", "solar inverter", .tcp(502, .modbus, [.vendor: "Fronius", .product: "Symo 5.0-3-M"])),
    SeenDevice(
      "plc-fins-melsec", "Omron PLC", mac: "00:00:0a:11:22:33", .udp(9600, .fins, [.product: "CJ2M-CPU33"])),
    SeenDevice(
      "video-recorder", "recorder", .tcp(80, .http, [.server: "DNVRS-Webs", .title: "Login"]),
      .tcp(554, .rtsp)),
    SeenDevice(
      "nas-synology", "Synology", mac: "00:11:32:aa:bb:cc",
      .tcp(5000, .http, [.title: "kitchen - Synology DiskStation"]), .tcp(445, .smb)),
    SeenDevice(
      "printer-cups", "office printer", names: ["BRW0123456789AB"], .tcp(80, .http, [.server: "debut/1.30"]),
      .tcp(515, .lpd)),
    SeenDevice("hub-mqtt", "home hub", .tcp(8123, .http, [.title: "Home Assistant"]), .tcp(22, .ssh)),
    SeenDevice("dns-filter", "Pi-hole", .udp(53, .dns), .tcp(80, .http, [.title: "Pi-hole raspberrypi"])),
    SeenDevice(
      "music-player", "AirPlay speaker", .tcp(7000, .rtsp, [.server: "AirTunes/366.0"]),
      .udp(5353, .mdns, [.type: "_raop._tcp"])),
    SeenDevice(
      "television", "cast television", .udp(5353, .mdns, [.type: "_googlecast._tcp _androidtvremote2._tcp"])),
    SeenDevice(
      "router-miniupnpd", "Japanese router", .tcp(80, .http, [.status: "401", .realm: "Aterm(root)"]),
      .udp(53, .dns)),
    SeenDevice(
      "phone-exchange", "small exchange", .udp(5060, .sip, [.server: "Grandstream UCM6202 1.0.20.23"])),
    SeenDevice(
      "camera-axis", "Axis camera", mac: "00:40:8c:1f:00:13",
      .tcp(8080, .http, [.server: "BaseHTTP/0.6 Python/3.11.2", .title: "AXIS M1065-L - Configuration"])),
    SeenDevice(
      "router-miniupnpd", "AirStation", .udp(53, .dns, [.banner: "dnsmasq-2.90", .type: "recursive"]),
      .tcp(80, .http, [.status: "401", .server: "AirStation/2.90", .realm: "BUFFALO WSR-1166DHP"])),
    SeenDevice(
      "printer-brother", "printer by its announcements",
      .udp(5353, .mdns, [.type: "_ipp._tcp _printer._tcp", .product: "(Brother HL-L2375DW series)"]),
      .tcp(631, .ipp, [.type: "_ipp._tcp", .product: "Brother HL-L2375DW series"])),
    SeenDevice(
      "resolver-unbound", "resolver that tells", .udp(53, .dns, [.banner: "unbound 1.17.1"]), .tcp(80, .http)),
    SeenDevice("hub-homekit", "bridge by its announcements", .tcp(8080, .hap, [.type: "_hap._tcp"])),
    SeenDevice(
      "serial-moxa", "Moxa", mac: "00:90:e8:01:02:03", .tcp(80, .http, [.title: "NPort Web Console"])),
    SeenDevice(
      "power-card-snmp", "UPS card of no known maker", .udp(161, .snmp, [.banner: "Smart UPS 3000 SNMP card"])
    ),
    SeenDevice("computer-windows", "Windows", names: ["DESKTOP-1A2B3C"], .tcp(3389, .rdp), .tcp(445, .smb)),
    SeenDevice("panel-hmi", "web panel", .tcp(80, .http, [.title: "中央監視 メニュー"])),
    SeenDevice("plc-s7", "S7 with OPC UA", .tcp(102, .s7comm), .tcp(4840, .opcUA)),
    SeenDevice("building-bacnet", "Niagara", .tcp(1911, .fox)),
    // Nobody's: one thing that all sorts of devices have.
    SeenDevice(
      nil, "web page", .tcp(80, .http, [.status: "200", .server: "nginx/1.22.1", .title: "It works"])),
    SeenDevice(nil, "busybox page without a title", .tcp(80, .http, [.status: "200"])),
    SeenDevice(nil, "shell", .tcp(22, .ssh, [.banner: "SSH-2.0-OpenSSH_9.2p1"])),
    SeenDevice(nil, "shared folders", .tcp(445, .smb), .tcp(139, .smb)),
    SeenDevice(
      nil, "mute ports", .tcp(554, .unknown), .tcp(9100, .unknown), .tcp(502, .unknown), .tcp(23, .unknown)),
    SeenDevice(nil, "maker of the interface only", mac: "00:11:32:aa:bb:cc"),
    SeenDevice(nil, "nothing at all"),
    SeenDevice(nil, "web page with a database", .tcp(80, .http, [.title: "Wiki"]), .tcp(5432, .postgresql)),
  ]
}
