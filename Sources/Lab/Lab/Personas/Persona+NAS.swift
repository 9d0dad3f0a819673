import Addresses
import Posture

extension Persona {
  /// A network disk that shares nearly everything with everybody.
  static let nas = Persona(
    name: "nas", summary: "network disk with SMB, FTP, DLNA, web and SSH", kind: .nas,
    vendor: "Synology Incorporated", mac: .init(bits: 0x0011_3241_0014), place: .lan(14),
    services: [
      .init(.tcp(21), .ftp, .ask("USER anonymous\r\nPASS lab@\r\n", answer: "230 Login successful")),
      .init(.tcp(22), .ssh, .greets("SSH-2.0-")),
      .init(.tcp(445), .smb, .smb), .init(.udp(1900), .ssdp, .ssdp), .init(.tcp(5000), .http, .http),
      .init(.tcp(8200), .upnp, .ask("GET /rootDesc.xml HTTP/1.0\r\n\r\n", answer: "MediaServer")),
    ],
    needs: .init(debian: ["minidlna", "nginx-light", "openssh-server", "samba"], unpacked: ["vsftpd"]),
    files: [
      "smb.conf": """
      [global]
      server role = standalone server
      server string = DiskStation
      workgroup = WORKGROUP
      map to guest = Bad User
      guest account = nobody
      disable netbios = yes
      smb ports = 445
      bind interfaces only = yes
      interfaces = eth0
      private dir = /mnt/smb
      lock directory = /mnt/smb
      state directory = /mnt/smb
      cache directory = /mnt/smb
      pid directory = /mnt/smb
      ncalrpc dir = /mnt/smb/ncalrpc
      log file = /mnt/smb/log
      load printers = no
      disable spoolss = yes
      [public]
      path = /mnt/share
      guest ok = yes
      read only = yes
      [family]
      path = /mnt/share
      read only = yes

      """,
      "vsftpd.conf": """
      listen=YES
      background=NO
      anonymous_enable=YES
      local_enable=NO
      anon_root=/mnt/share
      ftp_username=bin
      nopriv_user=nobody
      ftpd_banner=DiskStation FTP server ready.
      secure_chroot_dir=/run/vsftpd/empty
      xferlog_enable=NO

      """,
      "minidlna.conf": """
      network_interface=eth0
      port=8200
      media_dir=/mnt/share
      db_dir=/mnt/dlna
      log_dir=/mnt/dlna
      friendly_name=DiskStation
      inotify=no
      notify_interval=60
      model_name=DS218j
      serial=1780N0000014
      uuid=00000000-0000-0000-0000-001132410014

      """,
      "nginx.conf": nginx("listen 5000; root /mnt/www; charset utf-8;"),
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
      "www/index.html": page("DiskStation - Synology DiskStation"),
    ],
    preparation: [
      "mkdir -p /run/sshd /run/vsftpd/empty /mnt/smb/ncalrpc /mnt/dlna /mnt/tmp",
      "chmod 755 /mnt/smb/ncalrpc",
      "ssh-keygen -q -t ed25519 -N '' -f /mnt/ssh_host_ed25519_key",
    ],
    programs: [
      "smbd -F --no-process-group -s /mnt/smb.conf",
      "vsftpd /mnt/vsftpd.conf",
      "minidlnad -S -f /mnt/minidlna.conf -P /run/minidlna.pid",
      "nginx -c /mnt/nginx.conf",
      "/usr/sbin/sshd -D -e -f /mnt/sshd_config",
    ])
}

extension Persona {
  /// The configuration of an nginx that writes nowhere but to its persona's directory.
  static func nginx(_ server: String) -> String {
    """
    user root;
    worker_processes 1;
    daemon off;
    pid /run/nginx.pid;
    error_log stderr;
    events { worker_connections 64; }
    http {
      access_log off;
      server_tokens off;
      client_body_temp_path /mnt/tmp/body;
      proxy_temp_path /mnt/tmp/proxy;
      fastcgi_temp_path /mnt/tmp/fastcgi;
      uwsgi_temp_path /mnt/tmp/uwsgi;
      scgi_temp_path /mnt/tmp/scgi;
      server { \(server) }
    }

    """
  }
}
