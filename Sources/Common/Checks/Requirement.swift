/// What standards ask of devices, as far as it can be seen from the network.
package enum Requirement: String, Hashable, Sendable, CaseIterable {
  /// Whatever is not used is switched off.
  case unusedInterfaceClosed = "unused-interface-closed"
  /// Nobody gets in without proving who they are.
  case accessControl = "access-control"
  /// No password that many devices share.
  case ownPassword = "own-password"
  /// What travels is protected, passwords above all.
  case protectedTransport = "protected-transport"
  /// Known weaknesses are repaired.
  case updates
  /// Nothing is told to strangers that helps an attack.
  case littleDisclosed = "little-disclosed"

  /// The clauses that ask for it.
  ///
  /// They are those of ETSI EN 303 645 V3.1.3, NIST IR 8425A (by capability), the STAR-1 criteria of JC-STAR,
  /// and article 34-10 of Japan's Ordinance Concerning Terminal Facilities. A standard that has no clause on it
  /// is not named.
  package var clauses: [String] {
    switch self {
    case .unusedInterfaceClosed:
      ["ETSI EN 303 645 5.6-1", "NIST IR 8425A Interface Access Control", "JC-STAR S1.1-13"]
    case .accessControl:
      [
        "ETSI EN 303 645 5.5-5", "NIST IR 8425A Interface Access Control", "JC-STAR S1.1-01",
        "端末設備等規則 34条の10 第1号",
      ]
    case .ownPassword:
      [
        "ETSI EN 303 645 5.1-1", "NIST IR 8425A Interface Access Control", "JC-STAR S1.1-02",
        "端末設備等規則 34条の10 第2号",
      ]
    case .protectedTransport:
      ["ETSI EN 303 645 5.5-1", "NIST IR 8425A Data Protection", "JC-STAR S1.1-12"]
    case .updates:
      [
        "ETSI EN 303 645 5.3-1", "NIST IR 8425A Software Update", "JC-STAR S1.1-06",
        "端末設備等規則 34条の10 第3号",
      ]
    case .littleDisclosed: ["ETSI EN 303 645 5.6-2", "NIST IR 8425A Interface Access Control"]
    }
  }
}

extension Check {
  /// What the check shows to be missing; empty where no standard speaks of it.
  package var requirements: [Requirement] { Self.requirements[id] ?? [] }

  /// The version of the catalogue that brought the check.
  package var added: Int { Self.added[id] ?? 1 }

  /// Checks that came after the first version.
  private static let added: [String: Int] = [
    "weak-tls": 2, "weak-ssh": 2, "certificate-expired": 2, "slowed-down": 3, "end-of-support": 3,
    "smb-anonymous": 3,
  ]

  private static let requirements: [String: [Requirement]] = [
    "telnet-open": [.unusedInterfaceClosed, .protectedTransport],
    "serial-console-on-network": [.accessControl, .unusedInterfaceClosed],
    "adb-open": [.accessControl, .unusedInterfaceClosed],
    "vnc-anonymous": [.accessControl], "vnc-open": [.unusedInterfaceClosed],
    "rdp-open": [.unusedInterfaceClosed], "x11-open": [.accessControl, .unusedInterfaceClosed],
    "ftp-anonymous": [.accessControl, .protectedTransport],
    "ftp-open": [.protectedTransport, .unusedInterfaceClosed],
    "tftp-open": [.accessControl, .unusedInterfaceClosed], "smb-anonymous": [.accessControl],
    "smb-open": [.accessControl],
    "mqtt-anonymous": [.accessControl], "redis-anonymous": [.accessControl],
    "memcached-open": [.accessControl], "database-open": [.unusedInterfaceClosed],
    "snmp-public": [.ownPassword, .littleDisclosed], "camera-stream-open": [.accessControl],
    "industrial-protocol-open": [.accessControl], "opc-ua-anonymous": [.accessControl],
    "medical-protocol-open": [.accessControl], "home-control-on-internet": [.accessControl],
    "printer-raw-port": [.accessControl], "amplifier-open": [.unusedInterfaceClosed],
    "old-test-service-open": [.unusedInterfaceClosed],
    "rpcbind-open": [.unusedInterfaceClosed, .littleDisclosed], "open-resolver": [.unusedInterfaceClosed],
    "upnp-igd-on": [.accessControl, .unusedInterfaceClosed], "proxy-open": [.accessControl],
    "management-page-without-tls": [.protectedTransport], "weak-tls": [.protectedTransport],
    "weak-ssh": [.protectedTransport], "certificate-expired": [.protectedTransport],
    "facility-named-page": [.littleDisclosed], "known-bad-firmware": [.updates], "end-of-support": [.updates],
    "open-to-internet": [.unusedInterfaceClosed],
    "address-conflict": [], "stopped-answering": [], "slowed-down": [], "accepts-everything": [],
  ]

  /// Every check that the table above speaks of.
  static var mapped: Set<String> { Set(requirements.keys) }
}
