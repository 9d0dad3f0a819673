import Addresses
import Posture

extension Persona {
  /// A printer that announces itself, and records whatever is sent to its raw port.
  ///
  /// A scan must leave that recording empty: a real printer prints every byte.
  static let printer = Persona(
    name: "printer", summary: "printer with IPP and raw port", kind: .printer,
    vendor: "Brother industries, LTD.",
    mac: .init(bits: 0x0080_776e_0015), place: .lan(15),
    services: [
      .init(.tcp(631), .ipp, .http), .init(.udp(5353), .mdns, .mdns), .init(.tcp(9100), .jetdirect, .accepts),
    ],
    needs: .init(debian: ["avahi-daemon", "cups-daemon", "socat"]),
    files: [
      "cupsd.conf": """
      Listen 0.0.0.0:631
      ServerAlias *
      ServerTokens Full
      DefaultAuthType Basic
      WebInterface Yes
      Browsing Off
      LogLevel warn
      <Location />
        Order allow,deny
        Allow all
      </Location>

      """,
      "cups-files.conf": """
      ServerRoot /mnt/cups
      CacheDir /mnt/cups
      StateDir /mnt/cups
      RequestRoot /mnt/cups/spool
      TempDir /mnt/cups/tmp
      AccessLog /mnt/cups/access_log
      ErrorLog stderr
      PageLog /mnt/cups/page_log
      SystemGroup root
      User lp
      Group lp

      """,
      "printers.conf": """
      <DefaultPrinter BRN0080776E0015>
      Info Brother HL-L2375DW series
      MakeModel Brother HL-L2375DW series
      DeviceURI file:///dev/null
      State Idle
      Accepting Yes
      Shared Yes
      </DefaultPrinter>

      """,
      "avahi/avahi-daemon.conf": avahiConfiguration(host: "BRN0080776E0015"),
      "avahi/services/printer.service": """
      <?xml version="1.0" standalone='no'?>
      <!DOCTYPE service-group SYSTEM "avahi-service.dtd">
      <service-group>
        <name>Brother HL-L2375DW series</name>
        <service>
          <type>_ipp._tcp</type>
          <port>631</port>
          <txt-record>ty=Brother HL-L2375DW series</txt-record>
          <txt-record>product=(Brother HL-L2375DW series)</txt-record>
          <txt-record>usb_MFG=Brother</txt-record>
          <txt-record>rp=printers/BRN0080776E0015</txt-record>
        </service>
        <service>
          <type>_pdl-datastream._tcp</type>
          <port>9100</port>
          <txt-record>ty=Brother HL-L2375DW series</txt-record>
        </service>
      </service-group>

      """,
    ],
    preparation: avahiPreparation + [
      "mkdir -p /mnt/cups/spool /mnt/cups/tmp",
      "cp /mnt/printers.conf /mnt/cups/printers.conf",
      "chown -R lp:lp /mnt/cups",
      ": >/mnt/received-9100",
    ],
    programs: [
      avahiProgram,
      "cupsd -f -c /mnt/cupsd.conf -s /mnt/cups-files.conf",
      "socat -u TCP-LISTEN:9100,fork,reuseaddr OPEN:/mnt/received-9100,append",
    ],
    recordings: [.tcp(9100): "received-9100"])
}

/// Keeps this persona's avahi apart from every other on the machine.
let avahiPreparation = [
  "mkdir -p /run/avahi-daemon",
  "mount --bind /mnt/avahi /etc/avahi",
]

let avahiProgram = "avahi-daemon --no-drop-root --no-chroot --no-rlimits -f /mnt/avahi/avahi-daemon.conf"

/// An avahi configuration that needs no D-Bus and announces `host.local`.
func avahiConfiguration(host: String, interfaces: String = "eth0") -> String {
  """
  [server]
  host-name=\(host)
  use-ipv4=yes
  use-ipv6=no
  allow-interfaces=\(interfaces)
  enable-dbus=no
  [publish]
  publish-hinfo=no
  publish-workstation=no

  """
}
