/// The application protocol a service speaks, named by what it answered.
///
/// A closed list shared by scanner, profiles and collector; `unknown` when nothing answered that
/// settles it.
package enum ServiceProtocol: String, Hashable, Sendable, Codable, CaseIterable {
  case adb, amqp
  case asteriskManager = "asterisk-manager"
  case bacnet, chargen, coap, cwmp, daytime, dhcp, dicom, discard, dlms, dnp3, dns, echo
  case echonetLite = "echonet-lite"
  case ethernetIP = "ethernet-ip"
  case fins, finger, fox, ftp, hap
  case hartIP = "hart-ip"
  case http
  case iec104 = "iec-104"
  case ike, imap, ipp, irc, jetdirect, knx, ldap, lpd, mdns, melsec, memcached
  case modbus, mpd, mqtt, mysql, nbns, ntp
  case opcUA = "opc-ua"
  case owserver
  case pop3, postgresql, pptp, qotd, rdp, redis
  case rpcbind, rsync, rtsp, s7comm, sip, smb, smtp, snmp, socks, ssdp, ssh, sunrpc, syslog, telnet
  case tftp, time, upnp, vnc
  case wsDiscovery = "ws-discovery"
  case x11, xmpp
  case unknown
}
