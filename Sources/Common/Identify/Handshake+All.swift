extension Handshake {
  /// Every TCP handshake there is.
  package static let all: [Handshake] = [
    // Web and media.
    .http, .rtsp, .hap, .ipp, .sip,
    // Messages, files, data.
    .mqtt, .amqp, .xmpp, .smb, .smbOverNetBIOS, .rpcbind, .redis, .postgresql, .memcached, .ldap, .dns,
    .irc,
    // Remote access.
    .rdp, .x11, .adb, .socks, .pptp, .finger, .echo,
    // Plant and building: each alone on its port.
    .modbus, .s7comm, .opcUA, .iec104, .dnp3, .ethernetIP, .fins, .hartIP, .knx, .fox,
  ]

  package static func named(_ name: String) -> Handshake? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
