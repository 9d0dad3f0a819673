import Posture

/// What the servers of the lab answer.
extension SeenDevice {
  static let lab: [SeenDevice] = [
    SeenDevice(
      "router-miniupnpd", "broadband router",
      .tcp(5000, .upnp, [.server: "Debian/12 UPnP/1.1 MiniUPnPd/2.3.1", .vendor: "Kado", .product: "KR-1"]),
      .udp(
        1900, .ssdp,
        [
          .server: "Debian/12 UPnP/1.1 MiniUPnPd/2.3.1",
          .type: "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
        ]),
      .udp(53, .dns), .tcp(53, .dns), .tcp(80, .http, [.status: "200", .server: "lighttpd/1.4.69"])),
    SeenDevice(
      "telnet-embedded", "busybox telnet", .tcp(23, .telnet, [.banner: "BusyBox v1.35.0 (none) login:"])),
    SeenDevice(
      "telnet-embedded", "telnet with a borrowed greeting",
      .tcp(23, .telnet, [.banner: "Debian GNU/Linux 12"])),
    SeenDevice("telnet-embedded", "telnet without a word", .tcp(23, .telnet)),
    SeenDevice(
      "camera-rtsp", "camera with a web page",
      .tcp(554, .rtsp, [.status: "200", .server: "GStreamer RTSP server"]),
      .tcp(80, .http, [.status: "401", .server: "App-webs/", .realm: "IP Camera"])),
    SeenDevice("camera-rtsp", "rtsp alone", .tcp(554, .rtsp, [.status: "200"])),
    SeenDevice(
      "camera-onvif", "ONVIF camera",
      .tcp(8080, .http, [.status: "404", .server: "Python/3.11 aiohttp/3.9"]),
      .tcp(8554, .rtsp),
      .udp(3702, .wsDiscovery, [.type: "dn:NetworkVideoTransmitter tds:Device"])),
    SeenDevice(
      "nas-shared-folders", "NAS", .tcp(445, .smb), .tcp(21, .ftp, [.banner: "220 (vsFTPd 3.0.3)"]),
      .tcp(8200, .http, [.server: "Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0"]),
      .tcp(5000, .http, [.server: "nginx/1.22.1", .title: "Welcome to nginx!"]),
      .tcp(22, .ssh, [.banner: "SSH-2.0-OpenSSH_9.2p1 Debian-2"])),
    SeenDevice(
      "printer-cups", "printer", .tcp(631, .ipp, [.server: "CUPS/2.4 IPP/2.1"]), .tcp(9100, .unknown),
      .udp(5353, .mdns, [.type: "_ipp._tcp"])),
    SeenDevice("phone-exchange", "exchange", .udp(5060, .sip, [.server: "kamailio (5.6.3 (x86_64/linux))"])),
    SeenDevice("phone-sip", "telephone", .udp(5060, .sip, [.server: "baresip v1.1.0 (x86_64/linux)"])),
    SeenDevice(
      "plc-modbus", "simulated PLC",
      .tcp(502, .modbus, [.vendor: "Pymodbus", .product: "PM", .revision: "3.16.1"])),
    SeenDevice("plc-s7", "S7 PLC", .tcp(102, .s7comm, [.product: "6ES7 315-2EH14-0AB0"])),
    SeenDevice("building-bacnet", "BACnet controller", .udp(47808, .bacnet, [.vendor: "999"])),
    SeenDevice(
      "server-opc-ua", "OPC UA server", .tcp(4840, .opcUA, [.product: "urn:freeopcua:python:server"])),
    SeenDevice("plug-coap", "CoAP plug", .udp(5683, .coap, [.type: "ticks"])),
    SeenDevice("hub-homekit", "HomeKit bridge", .tcp(51826, .hap), .udp(5353, .mdns, [.type: "_hap._tcp"])),
    SeenDevice("building-knx", "KNX/IP", .udp(3671, .knx, [.name: "knxd"]), .tcp(6720, .unknown)),
    SeenDevice("serial-server", "ser2net", .tcp(2001, .telnet, [.banner: "ser2net port 2001 device pty"])),
    SeenDevice("serial-server", "ser2net without a banner", .tcp(2001, .telnet)),
    SeenDevice("hub-mqtt", "MQTT hub", .tcp(1883, .mqtt, [.anonymous: "open"])),
    SeenDevice(
      "legacy-inetd", "legacy box", .tcp(7, .echo), .udp(19, .chargen), .udp(69, .tftp), .tcp(111, .rpcbind)),
    SeenDevice("time-server", "clock", .udp(123, .ntp)),
    SeenDevice("music-player", "mpd", .tcp(6600, .mpd, [.banner: "OK MPD 0.23.5"])),
    SeenDevice("music-player", "icecast", .tcp(8000, .http, [.server: "Icecast 2.4.4"])),
    SeenDevice("water-level-logger", "logger", .tcp(80, .http, [.status: "200", .title: "第2浄水場 水位監視"])),
    SeenDevice("resolver-unbound", "resolver", .udp(53, .dns), .tcp(53, .dns)),
    SeenDevice(
      "computer-windows", "office computer", .udp(3702, .wsDiscovery, [.type: "wsdp:Device pub:Computer"]),
      .tcp(445, .smb)),
    SeenDevice("sensor-onewire", "1-Wire", .tcp(4304, .owserver)),
    SeenDevice("medical-dicom", "medical node", .tcp(11112, .dicom)),
    SeenDevice("aircon-echonet", "air conditioner", .udp(3610, .echonetLite)),
    SeenDevice(
      "ups-apc", "UPS card", .udp(161, .snmp, [.product: "APC Web/SNMP Management Card AP8932"])),
    SeenDevice("television", "Android TV", .tcp(5555, .adb, [.product: "tv"])),
    SeenDevice("plc-ethernet-ip", "EtherNet/IP", .tcp(44818, .ethernetIP, [.product: "1756-L61"])),
    SeenDevice("telecontrol-rtu", "RTU", .tcp(2404, .iec104)),
    SeenDevice(
      "panel-hmi", "operator panel", .tcp(6379, .redis, [.anonymous: "open"]),
      .tcp(5900, .vnc, [.banner: "RFB 003.008"])),
  ]
}
