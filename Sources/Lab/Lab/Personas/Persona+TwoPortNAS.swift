import Addresses
import Posture

extension Persona {
  /// A network disk with both of its network ports in the same LAN.
  static let twoPortNAS = Persona(
    name: "two-port-nas", summary: "network disk with two network ports", kind: .nas,
    vendor: "Synology Incorporated", mac: .init(bits: 0x0011_3241_0051), place: .lan(51),
    services: [
      .init(.tcp(22), .ssh, .greets("SSH-2.0-")), .init(.udp(1900), .ssdp, .ssdp),
      .init(.udp(5353), .mdns, .mdns),
      .init(.tcp(8200), .upnp, .ask("GET /rootDesc.xml HTTP/1.0\r\n\r\n", answer: "MediaServer")),
    ],
    second: .init(mac: .init(bits: 0x0011_3241_0052), address: LabNetwork.host(52)),
    needs: .init(debian: ["avahi-daemon", "minidlna", "openssh-server"]),
    files: [
      "minidlna.conf": """
      network_interface=eth0,eth1
      port=8200
      media_dir=/mnt/share
      db_dir=/mnt/dlna
      log_dir=/mnt/dlna
      friendly_name=RackStation
      inotify=no
      notify_interval=60
      model_name=RS815
      serial=1780N0000051
      uuid=00000000-0000-0000-0000-001132410051

      """,
      "avahi/avahi-daemon.conf": avahiConfiguration(host: "RackStation", interfaces: "eth0,eth1"),
      "avahi/services/ssh.service": """
      <?xml version="1.0" standalone='no'?>
      <!DOCTYPE service-group SYSTEM "avahi-service.dtd">
      <service-group>
        <name>RackStation</name>
        <service><type>_ssh._tcp</type><port>22</port></service>
      </service-group>

      """,
      "sshd_config": """
      Port 22
      ListenAddress 0.0.0.0
      HostKey /mnt/ssh_host_ed25519_key
      PidFile none
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin no
      UsePAM no

      """,
      "share/readme.txt": "A file that anybody on this LAN can read.\n",
    ],
    preparation: avahiPreparation + [
      "mkdir -p /run/sshd /mnt/dlna",
      "ssh-keygen -q -t ed25519 -N '' -f /mnt/ssh_host_ed25519_key",
    ],
    programs: [
      avahiProgram,
      "minidlnad -S -f /mnt/minidlna.conf -P /run/minidlna.pid",
      "/usr/sbin/sshd -D -e -f /mnt/sshd_config",
    ])
}
