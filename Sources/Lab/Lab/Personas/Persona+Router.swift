import Addresses
import Posture

extension Persona {
  /// A second broadband router left on the LAN, with UPnP port mapping and a name server.
  static let router = Persona(
    name: "router", summary: "broadband router with UPnP", kind: .router, vendor: "BUFFALO.INC",
    mac: .init(bits: 0x106f_3f2a_3102), place: .lan(2),
    services: [
      .init(.tcp(53), .dns, .dnsTCP), .init(.udp(53), .dns, .dnsUDP), .init(.tcp(80), .http, .http),
      .init(.udp(1900), .ssdp, .ssdp),
      .init(.tcp(5000), .upnp, .ask("GET /rootDesc.xml HTTP/1.0\r\n\r\n", answer: "InternetGatewayDevice")),
    ],
    needs: .init(debian: ["dnsmasq-base", "lighttpd", "miniupnpd"]),
    files: [
      "upnpd.conf": """
      ext_ifname=wan0
      ext_ip=11.0.77.2
      listening_ip=eth0
      http_port=5000
      enable_upnp=yes
      enable_natpmp=no
      secure_mode=no
      system_uptime=yes
      friendly_name=AirStation WSR-1166DHP
      manufacturer_name=BUFFALO INC.
      model_name=WSR-1166DHP
      model_number=2.90
      serial=40000000000001
      uuid=00000000-0000-0000-0000-106f3f2a3102
      force_igd_desc_v1=yes
      min_lifetime=120
      max_lifetime=86400
      lease_file=/mnt/leases
      allow 1024-65535 0.0.0.0/0 1-65535

      """,
      // Two mappings that devices asked for: a camera and a telnet server, open to the internet.
      "leases": """
      TCP:8554:192.168.77.12:554:0:IP Camera
      TCP:8023:192.168.77.11:23:0:maintenance

      """,
      // The chains into which miniupnpd puts its rules.
      "rules": """
      table inet filter {
        chain miniupnpd { }
        chain prerouting_miniupnpd { }
        chain postrouting_miniupnpd { }
      }

      """,
      "lighttpd.conf": webServer(tag: "AirStation/2.90", realm: "BUFFALO WSR-1166DHP"),
      "www/index.html": page("AirStation 設定"),
      "users": "admin:password-of-the-lab\n",
    ],
    preparation: [
      "ip link add wan0 type veth peer name modem0",
      "ip address add 11.0.77.2/24 dev wan0",
      "ip link set wan0 up",
      "ip link set modem0 up",
      "nft -f /mnt/rules",
    ],
    programs: [
      // It has no other way to stay in the foreground than to tell everything.
      "miniupnpd -d -f /mnt/upnpd.conf 2>&1 | (head -c 65536; cat >/dev/null)",
      "dnsmasq -k -C /dev/null --interface=eth0 --bind-interfaces --user=root --no-resolv --no-hosts"
        + " --pid-file= --address=/buffalo.setup/192.168.77.2 --log-facility=-",
      "lighttpd -D -f /mnt/lighttpd.conf",
    ])
}

/// A lighttpd configuration on port 80 that asks for a password, as the page of a device does.
func webServer(tag: String, realm: String) -> String {
  """
  server.modules = ("mod_auth", "mod_authn_file", "mod_access")
  server.document-root = "/mnt/www"
  server.port = 80
  server.tag = "\(tag)"
  server.errorlog = "/dev/stderr"
  index-file.names = ("index.html")
  mimetype.assign = (".html" => "text/html; charset=utf-8", ".xml" => "text/xml")
  auth.backend = "plain"
  auth.backend.plain.userfile = "/mnt/users"
  auth.require = ("/" => ("method" => "basic", "realm" => "\(realm)", "require" => "valid-user"))

  """
}

/// A small HTML page with a title.
func page(_ title: String, body: String = "") -> String {
  """
  <!DOCTYPE html>
  <html lang="ja"><head><meta charset="utf-8"><title>\(title)</title></head>
  <body><h1>\(title)</h1>\(body)</body></html>

  """
}
