/// The TCP ports that a scan looks at unless it is told otherwise: what devices of homes and small plants
/// really open.
///
/// The UDP ports are those of ``DatagramProbe/all``.
package enum DefaultPorts {
  package static let tcp: [UInt16] = Set(
    small + remote + mail + web + files + media + print + data + home + plant + makers
  ).sorted()

  /// Echo, discard, daytime, quote, chargen, time, finger: left on by old systems, used to multiply attacks.
  private static let small: [UInt16] = [7, 9, 13, 17, 19, 37, 79]

  /// Shells and screens: what worms try first.
  ///
  /// 23 and its stand-ins, ADB, VNC, RDP, X11, WinRM, tunnels.
  private static let remote: [UInt16] = [
    22, 23, 2222, 2323, 23231, 3389, 5555, 5800, 5900, 5901, 5985, 5986, 6000, 6001, 1080, 1723, 9001,
  ]

  /// Mail and names: a home device that offers these is misconfigured or taken over.
  ///
  /// 853 is DNS over TLS.
  private static let mail: [UInt16] = [25, 53, 110, 143, 465, 587, 853, 993, 995, 6667]

  /// Home pages, where manufacturers put them, plain and in TLS; 3128 for open proxies, 7547 for the
  /// provider's management (CWMP), 1900, 2869, 5000, 5431, 49152 to 49154 and 52869 for UPnP descriptions.
  private static let web: [UInt16] = [
    80, 81, 82, 88, 443, 1900, 2869, 3000, 3128, 4443, 5000, 5001, 5357, 5431, 7547, 8000, 8001, 8008, 8009,
    8060,
    8080, 8081, 8083, 8086, 8088, 8090, 8123, 8443, 8888, 9000, 9080, 9090, 9443, 49152, 49153, 49154, 52869,
  ]

  /// Files and directories: FTP, rpcbind, NetBIOS, SMB, AFP, NFS, LDAP, rsync.
  private static let files: [UInt16] = [21, 111, 139, 389, 445, 548, 636, 873, 2049]

  /// Cameras, speakers, televisions, phones: RTSP, SIP, AirPlay, DLNA, Sonos, MPD, Plex, Jellyfin, Apple devices.
  private static let media: [UInt16] = [
    554, 8554, 10554, 5060, 5061, 7000, 7001, 8200, 1400, 6600, 32400, 8096, 3689, 5038, 55443, 62078,
  ]

  /// Printers: the line printer daemon, IPP, raw printing (a connection, never a byte).
  private static let print: [UInt16] = [515, 631, 9100, 9101, 9102]

  /// Databases and queues that should never face a LAN without a password.
  private static let data: [UInt16] = [
    1433, 1521, 1883, 8883, 3306, 4369, 5432, 5671, 5672, 6379, 9200, 11211, 15672, 27017, 5222,
  ]

  /// Smart home: CoAP, HomeKit, ESPHome, Tuya, 1-Wire, serial servers, Docker and Home Assistant neighbours.
  private static let home: [UInt16] = [
    5683, 51826, 51827, 6053, 6668, 4304, 2000, 2001, 2002, 4001, 9999, 10001, 2375, 7680, 18080,
  ]

  /// Plant and building: S7, Modbus, Fox, IEC 104, EtherNet/IP, OPC UA, FINS, DNP3, HART-IP, KNX and knxd.
  private static let plant: [UInt16] = [
    102, 502, 1911, 4911, 2404, 44818, 4840, 9600, 20000, 5094, 3671, 6720, 47808,
  ]

  /// Doors of particular makers, known from attacks on them: MikroTik 8291 and 8728, Dahua 37777, Xiongmai
  /// 34567, Huawei 37215, Reolink 9000, Netis 53413, D-Link 1900, Zyxel 4567, Realtek 52881.
  private static let makers: [UInt16] = [8291, 8728, 37777, 34567, 37215, 53413, 4567, 52881]
}
