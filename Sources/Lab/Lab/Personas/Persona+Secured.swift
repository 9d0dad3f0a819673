import Addresses
import Posture

/// Devices that keep what travels secret, well or badly.
extension Persona {
  /// A recorder whose page still speaks the first TLS, with a small key and a certificate that ran out.
  static let recorder = Persona(
    name: "recorder", summary: "video recorder with old TLS", kind: .recorder,
    vendor: "Hangzhou Hikvision Digital Technology Co.,Ltd.", mac: .init(bits: 0x4447_cc31_0031),
    place: .lan(31), services: [.init(.tcp(443), .http, .accepts)],
    needs: .init(debian: ["nginx-light", "openssl"]),
    files: [
      "nginx.conf": nginx(
        """
        listen 443 ssl; ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;
        ssl_certificate /mnt/certificate.pem; ssl_certificate_key /mnt/key.pem;
        root /mnt/www; charset utf-8;
        """),
      "www/index.html": page("Network Video Recorder"),
    ],
    preparation: [
      "mkdir -p /mnt/tmp",
      "openssl req -new -newkey rsa:1024 -nodes -keyout /mnt/key.pem -out /mnt/request.pem"
        + " -subj '/O=Recorder/CN=DVR' 2>/dev/null",
      "openssl x509 -req -in /mnt/request.pem -signkey /mnt/key.pem -sha1 -days -1"
        + " -out /mnt/certificate.pem 2>/dev/null",
    ],
    programs: ["nginx -c /mnt/nginx.conf"])

  /// An access point that runs OpenWrt's servers: Dropbear and a page.
  static let accessPoint = Persona(
    name: "access-point", summary: "access point with Dropbear that says by LLDP what it is",
    kind: .accessPoint, vendor: "BUFFALO.INC",
    mac: .init(bits: 0x0024_a532_0032), place: .lan(32),
    services: [
      .init(.tcp(22), .ssh, .greets("SSH-2.0-dropbear")), .init(.tcp(80), .http, .http),
    ],
    needs: .init(debian: ["busybox-static", "dropbear-bin", "lldpd"]),
    files: [
      "www/index.html": page("OpenWrt - LuCI"),
      "lldpd.conf": """
      configure system hostname "ap-upstairs"
      configure system description "OpenWrt 23.05.3 WAPS-1266"
      configure system capabilities enabled wlan,bridge
      configure lldp tx-interval 5

      """,
    ],
    preparation: ["dropbearkey -t rsa -s 2048 -f /mnt/host-key >/dev/null"],
    programs: [
      "dropbear -F -E -s -p 22 -r /mnt/host-key", "busybox httpd -f -p 80 -h /mnt/www",
      "lldpd -d -u /mnt/lldpd.socket -O /mnt/lldpd.conf",
    ])

  /// A hub as it should be: TLS, and nobody without a password.
  static let secureHub = Persona(
    name: "secure-hub", summary: "smart-home hub with TLS and a password", kind: .hub,
    vendor: "Raspberry Pi Trading Ltd", mac: .init(bits: 0xdca6_3233_0033), place: .lan(33),
    services: [.init(.tcp(8883), .mqtt, .accepts)],
    needs: .init(debian: ["mosquitto", "openssl"]),
    files: [
      "mosquitto.conf": """
      user root
      listener 8883 0.0.0.0
      certfile /mnt/certificate.pem
      keyfile /mnt/key.pem
      allow_anonymous false
      persistence false
      log_dest stderr

      """
    ],
    preparation: [
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /mnt/key.pem"
        + " -out /mnt/certificate.pem -days 800 -subj '/CN=hub.lan'"
        + " -addext subjectAltName=DNS:hub.lan,DNS:mqtt.lan 2>/dev/null"
    ],
    programs: ["/usr/sbin/mosquitto -c /mnt/mosquitto.conf"])

  /// The card of a power supply that still answers to `public`.
  static let powerCard = Persona(
    name: "power-card", summary: "UPS management card with SNMP", kind: .appliance,
    vendor: "AMERICAN POWER CONVERSION CORP", mac: .init(bits: 0x00c0_b734_0034), place: .lan(34),
    services: [.init(.udp(161), .snmp, .snmp)],
    needs: .init(debian: ["snmpd"]),
    files: [
      "snmpd.conf": """
      agentAddress udp:161
      rocommunity public
      exactEngineID 0x8000013e0300c0b7340034
      sysDescr APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.8.2 PN:apc_hw05_aos_682.bin)
      sysObjectID .1.3.6.1.4.1.318.1.3.27
      sysName ups-1

      """
    ],
    preparation: ["mkdir -p /mnt/snmp"],
    programs: ["SNMP_PERSISTENT_DIR=/mnt/snmp snmpd -f -Lo -C -I -smux -c /mnt/snmpd.conf -p /run/snmpd.pid"])
}
