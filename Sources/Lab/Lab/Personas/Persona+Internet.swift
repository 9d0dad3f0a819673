import Addresses
import Posture

extension Persona {
  /// A host on the internet that gives orders over IRC, for the matching of indicators.
  static let internetHost = Persona(
    name: "internet", summary: "command-and-control host, IRC", kind: .server,
    vendor: "Hewlett Packard Enterprise",
    mac: LabNetwork.internetMAC, place: .internet, services: [.init(.tcp(6667), .irc, .irc)],
    needs: .init(debian: ["ngircd"]),
    files: [
      "ngircd.conf": """
      [Global]
      Name = irc.lab.test
      Info = lab
      Listen = 0.0.0.0
      Ports = 6667
      ServerUID = root
      ServerGID = root
      [Options]
      DNS = no
      Ident = no
      PAM = no

      """
    ],
    programs: ["ngircd -n -f /mnt/ngircd.conf"])

  /// The internet host of a plan in which nothing runs there.
  static let silentInternet = Persona(
    name: "internet", summary: "internet host without services", kind: .server,
    vendor: "Hewlett Packard Enterprise", mac: LabNetwork.internetMAC, place: .internet, services: [],
    programs: [])
}
