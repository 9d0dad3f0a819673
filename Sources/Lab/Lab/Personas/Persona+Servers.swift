import Addresses
import Posture

extension Persona {
  /// A serial console that anyone can reach over the network.
  static let serialServer = Persona(
    name: "serial-server", summary: "serial server", kind: .server, vendor: "MOXA TECHNOLOGIES CORP., LTD.",
    mac: .init(bits: 0x0090_e85d_0024), place: .lan(24),
    services: [.init(.tcp(2001), .unknown, .greets("NPort 5110"))],
    needs: .init(debian: ["ser2net", "socat"]),
    files: [
      "ser2net.yaml": #"""
      %YAML 1.1
      ---
      define: &banner NPort 5110 serial port 1\r\n
      connection: &port1
        accepter: tcp,2001
        connector: serialdev,/mnt/serial,9600n81,local
        options:
          banner: *banner
          kickolduser: true

      """#
    ],
    preparation: [
      "socat pty,rawer,link=/mnt/serial pty,rawer,link=/mnt/machine &",
      "until [ -e /mnt/serial ]; do sleep 0.02; done",
    ],
    programs: ["ser2net -n -c /mnt/ser2net.yaml"])

  /// A machine from another time, with services that reflect and amplify.
  static let legacyBox = Persona(
    name: "legacy-box", summary: "old server with small services", kind: .server,
    vendor: "Oracle Corporation",
    mac: .init(bits: 0x0800_20a7_0026), place: .lan(26),
    services: [
      .init(.tcp(7), .echo, .ask("ready\r\n", answer: "ready")),
      .init(.udp(7), .echo, .ask("ready", answer: "ready")),
      .init(.tcp(19), .chargen, .speaksFirst), .init(.udp(19), .chargen, .ask([1])),
      .init(.udp(69), .tftp, .tftp), .init(.tcp(111), .rpcbind, .rpcbindTCP),
      .init(.udp(111), .rpcbind, .rpcbindUDP),
    ],
    needs: .init(debian: ["rpcbind", "tftpd-hpa", "xinetd"]),
    files: [
      "xinetd.conf": ["echo", "chargen"].flatMap { name in
        ["stream", "dgram"].map { type in
          """
          service \(name)
          {
            type = INTERNAL
            id = \(name)-\(type)
            socket_type = \(type)
            protocol = \(type == "stream" ? "tcp" : "udp")
            user = root
            wait = \(type == "stream" ? "no" : "yes")
            disable = no
          }

          """
        }
      }.joined(),
      "tftp/startup-config": "hostname lab-router\n",
    ],
    programs: [
      "xinetd -dontfork -f /mnt/xinetd.conf -pidfile /run/xinetd.pid -filelog /dev/stderr",
      "in.tftpd -L -s /mnt/tftp -a 0.0.0.0:69 -u root",
      "rpcbind -f -w -i",
    ])

  /// A clock that serves time to anyone.
  static let clock = Persona(
    name: "clock", summary: "NTP server", kind: .server, vendor: "Meinberg Funkuhren GmbH & Co. KG",
    mac: .init(bits: 0xec46_7015_0027), place: .lan(27),
    services: [.init(.udp(123), .ntp, .ntp)],
    needs: .init(unpacked: ["chrony"]),
    files: [
      "chrony.conf": """
      local stratum 1
      allow all
      cmdport 0
      bindcmdaddress /
      pidfile /run/chronyd.pid

      """
    ],
    programs: ["chronyd -d -x -u root -f /mnt/chrony.conf"])

  /// A name server that resolves for anyone.
  static let openResolver = Persona(
    name: "open-resolver", summary: "open resolver", kind: .server, vendor: "INTERNET INITIATIVE JAPAN, INC",
    mac: .init(bits: 0x00e0_4d62_0030), place: .lan(30),
    services: [.init(.tcp(53), .dns, .dnsTCP), .init(.udp(53), .dns, .dnsUDP)],
    needs: .init(debian: ["unbound"]),
    files: [
      "unbound.conf": """
      server:
        interface: 0.0.0.0
        local-zone: "." redirect
        local-data: ". A 203.0.113.66"
        access-control: 0.0.0.0/0 allow
        username: ""
        chroot: ""
        directory: "/mnt"
        pidfile: ""
        use-syslog: no
        logfile: ""
        do-daemonize: no
        num-threads: 1
        module-config: "iterator"
      remote-control:
        control-enable: no

      """
    ],
    programs: ["unbound -d -p -c /mnt/unbound.conf"])
}
