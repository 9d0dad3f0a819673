extension DatagramProbe {
  /// Every UDP probe that names nobody and knows no password: each one small datagram.
  package static let all: [DatagramProbe] = [
    // Names and time: what home routers and file servers serve.
    .dns, .nbns, .ntp, .mdns, .mdnsPrinting, .mdnsMedia, .mdnsHosts,
    // What introduces itself: UPnP and ONVIF devices, phones, smart plugs, Japanese appliances.
    .ssdp, .wsDiscovery, .wsDiscoveryDevice, .sip, .coap, .echonetLite,
    // Management and files.
    .snmp, .rpcbind, .tftp, .memcached, .ike,
    // Plant and building, each its own read-only identification.
    .bacnet, .bacnetWhoIs, .knx, .ethernetIP, .fins, .hartIP,
    // The small services that only attackers still use, to multiply their traffic.
    .chargen, .echo, .daytime, .time, .quote,
  ]

  /// What only the owner of a LAN may allow: questions under a name that everybody knows.
  package static let asGuest: [DatagramProbe] = [.snmpPublic]
}
