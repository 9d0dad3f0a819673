import ArgumentParser
import Crypto
import FoundationEssentials
import Identify
import LANScan
import LinuxIO
import Posture
import Addresses
import Glibc

@main
struct Kadomori: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kadomori", abstract: "Keeps the devices behind this gateway safe.",
    subcommands: [Scan.self])
}

struct Scan: ParsableCommand {
  @Option var interface: String
  func run() throws {
    let loop = EventLoop()
    guard let nic = try NetworkInterface.named(interface) else { throw ValidationError("no interface") }
    let request = try ScanRequest(interface: nic, ports: [7,21,22,23,53,80,102,111,445,502,554,631,1883,2001,3702,4840,5000,5060,6600,6720,8080,8200,9100,51826])
    var result: Scanner.Findings?
    let scanner = try Scanner(request, on: loop, identifier: { "dev-" + Base32.encode(Digest.sha256($0.octets)).prefix(16) }) { result = $0; loop.stop() }
    try loop.run()
    _ = scanner
    guard let result else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for d in result.devices {
      print(d.addresses.map(\.description), d.mac!, d.names)
      for s in d.services { print("   ", s.port, s.protocol, s.tls, s.product ?? "-", s.version ?? "-", s.facts) }
    }
    print(result.facts, result.conflicts, result.vanished)
  }
}
