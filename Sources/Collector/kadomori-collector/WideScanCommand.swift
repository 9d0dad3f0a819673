import ArgumentParser
import Cryptography
import FleetContract
import Glibc
import LinuxIO
import Posture
import Settings
import WideScan

/// Probes the provider's own addresses from outside, in a process of its own.
struct WideScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wide-scan",
    abstract: "Probe the provider's own addresses from outside.",
    discussion: """
      Reads a plan, in YAML, and an authorisation that one of the keys has signed; probes nothing else, and only \
      through the interfaces that the authorisation names. Needs no access to the collector's state; without CAP_NET_RAW it \
      opens connections by the kernel, which is slower, and says so.

        authorisation: authorised.txt      # what 'authorise' printed
        interface: wan0
        ports: [22, 23, 80, 443]           # of TCP
        udp: [dns, snmp, "coap:5684"]      # questions; amplification: 6
        echo: true                         # ICMP, for customers' prefixes of IPv6
        addresses: list.txt                # only these, one a line, instead of all that is authorised
        opt_outs: opt-outs.yaml            # [{block, owner, reason, until}]; read again while the scan runs
        rate: 50000                        # probes a second at most; start_rate: 1000
        rate_per_prefix: 100               # to one /24, or one /48 of IPv6
        tries: 2                           # of whoever does not answer; most_tries: 6, tolerated_miss: 0.005
        shard: 1/4                         # with 'key', the same for all parts

      Results go to standard output while the scan runs: by default one JSON document a line, the last of them the \
      report, with the part of all open ports that was missed and how sure that is. With --checkpoint a scan that was \
      killed goes on where it was; what it had found in the last second before is told once more.
      """)

  @Option(help: ArgumentHelp("The plan; '-' reads it from standard input.", valueName: "file"))
  var plan: String

  @Option(
    help: ArgumentHelp(
      "Whose signatures count: a list of what 'command-key show' prints.", valueName: "file"))
  var keys: String

  @Option(help: "\(ResultFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = ResultFormat.json

  @Option(help: ArgumentHelp("Where the scan keeps its place; removed when it is done.", valueName: "file"))
  var checkpoint: String?

  @Flag(help: "Send nothing; print every target in the order of the first round.")
  var dryRun = false

  @Option(help: ArgumentHelp("With --dry-run: write the probes as a capture instead.", valueName: "file"))
  var pcap: String?

  func validate() throws {
    if pcap != nil, !dryRun { throw ValidationError("--pcap goes with --dry-run.") }
    if dryRun, checkpoint != nil { throw ValidationError("--checkpoint does not go with --dry-run.") }
  }

  func run() async throws {
    try await reporting {
      let desk = try ScanDesk(plan: plan, keys: keys, checkpoint: checkpoint)
      if dryRun {
        try desk.printTargets(format, capture: pcap)
      } else {
        try ScanRun(desk, format).run()
      }
    }
  }
}

extension ResultFormat: ExpressibleByArgument {}
