import Posture

@testable import Identify

extension Recording {
  static let greetings: [Recording] = [
    Recording(
      "OpenSSH 9.2p1 (Debian 12)", port: 22,
      greeting: .text("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"),
      is: Identification(
        .ssh, product: "OpenSSH", version: "9.2p1",
        facts: [.banner: "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10"])),
    Recording(
      "libcoap 4.3.1 coap-server over TCP", port: 5683,
      greeting: .hex("50e12380010020"),
      is: Identification(.coap)),
    Recording(
      "busybox 1.35.0 telnetd", port: 23,
      greeting: .hex("fffd01fffd1ffffb01fffb030d0d0a44656269616e20474e552f4c696e75782031320d0a0d"),
      is: Identification(.telnet, facts: [.banner: "Debian GNU/Linux 12"])),
    Recording(
      "ser2net 4.3.11, telnet(rfc2217)", port: 2001,
      greeting: .hex("fffb03fffd03fffb01fffe01fffd00fffb00fffd2c"),
      is: Identification(.telnet)),
    Recording(
      "vsftpd 3.0.3", port: 21,
      greeting: .text("220 (vsFTPd 3.0.3)\r\n"),
      is: Identification(.ftp, product: "vsFTPd", version: "3.0.3", facts: [.banner: "220 (vsFTPd 3.0.3)"])),
    Recording(
      "vsftpd 3.0.3 with ftpd_banner=Welcome", port: 2121,
      greeting: .text("220 Welcome\r\n"),
      answers: [
        .text("530 Please login with USER and PASS.\r\n")
      ],
      is: Identification(.ftp)),
    Recording(
      "OpenSMTPD 6.8.0p2", port: 25,
      greeting: .text("220 vm ESMTP OpenSMTPD\r\n"),
      is: Identification(.smtp, product: "OpenSMTPD", facts: [.banner: "220 vm ESMTP OpenSMTPD"])),
    Recording(
      "Dovecot 2.3.19 pop3", port: 110,
      greeting: .text("+OK Dovecot (Debian) ready.\r\n"),
      is: Identification(.pop3, product: "Dovecot", facts: [.banner: "+OK Dovecot (Debian) ready."])),
    Recording(
      "Dovecot 2.3.19 imap", port: 143,
      greeting: .text(
        "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ LOGINDISABLED] Dovecot (Debian) ready.\r\n"
      ),
      is: Identification(.imap, product: "Dovecot")),
    Recording(
      "TigerVNC 1.12.0 with SecurityTypes None", port: 5901,
      greeting: .text("RFB 003.008\n"),
      answers: [
        .hex("0101")
      ],
      is: Identification(.vnc, version: "003.008", facts: [.anonymous: "open", .banner: "RFB 003.008"])),
    Recording(
      "TigerVNC 1.12.0 with SecurityTypes VncAuth", port: 5902,
      greeting: .text("RFB 003.008\n"),
      answers: [
        .hex("0102")
      ],
      is: Identification(.vnc, version: "003.008", facts: [.anonymous: "refused", .banner: "RFB 003.008"])),
    Recording(
      "MPD 0.23.12", port: 6600,
      greeting: .text("OK MPD 0.23.5\n"),
      is: Identification(.mpd, product: "MPD", version: "0.23.5", facts: [.banner: "OK MPD 0.23.5"])),
    Recording(
      "MariaDB 10.11.19", port: 3306,
      greeting: .hex(
        "640000000a352e352e352d31302e31312e31392d4d6172696144422d302b646562313275310005000000785a"
          + "3a4f5f713a6d00fef7080200ff81150000000000001d00000037667d655e2b595e4c424470006d7973716c5f"
          + "6e61746976655f70617373776f726400"),
      is: Identification(
        .mysql, product: "MariaDB", version: "10.11.19-MariaDB-0+deb12u1",
        facts: [.banner: "5.5.5-10.11.19-MariaDB-0+deb12u1"])),
    Recording(
      "ngircd 26.1", port: 6667,
      answers: [
        .text(":irc.example.net 451 * :Connection not registered\r\n")
      ],
      is: Identification(.irc, facts: [.banner: ":irc.example.net 451 * :Connection not registered"])),
    Recording(
      "rsync 3.5.0", port: 873,
      greeting: .text("@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4\n"),
      is: Identification(
        .rsync, version: "32.0", facts: [.banner: "@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4"])),
    Recording(
      "xinetd 2.3.15.3 daytime", port: 13,
      greeting: .text("23 NOV 2026 05:25:46 UTC\r\n"),
      ends: true,
      is: Identification(.daytime, facts: [.banner: "23 NOV 2026 05:25:46 UTC"])),
    Recording(
      "xinetd 2.3.15.3 time", port: 37,
      greeting: .hex("eeae4cda"),
      ends: true,
      is: Identification(.time)),
    Recording(
      "xinetd 2.3.15.3 chargen", port: 19,
      greeting: .text(
        "uvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\r\n"
          + "vwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`\r\n"
          + "wxyz{|}!\"#$%"),
      is: Identification(.chargen)),
  ]
}
