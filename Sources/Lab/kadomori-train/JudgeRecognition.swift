import Addresses
import ArgumentParser
import Capture
import Classify
import Posture
import Profiles
import Recog
import Recognition

struct JudgeRecognition: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reliability", abstract: "Says how often what is concluded of known devices is right.",
    discussion: """
      Texts of fingerprints' worked examples, captures and recordings of SNMP become devices, and the code of \
      the agent says what they are. The examples are judged without fingerprints, which would know the answer.
      """)

  @Option(help: ArgumentHelp("Fingerprints with worked examples.", valueName: "folder"))
  var recog: String?

  @Option(help: ArgumentHelp("Captures, one folder for each type.", valueName: "folder"))
  var captures: String?

  @Option(help: ArgumentHelp("What the folders of captures hold.", valueName: "file"))
  var labels: String?

  @Option(help: ArgumentHelp("Recordings of SNMP (.snmprec, unpacked).", valueName: "folder"))
  var snmp: String?

  @Option(help: ArgumentHelp("Which kind is which recording: NAME and KIND.", valueName: "file"))
  var snmpLabels: String?

  @Option(help: ArgumentHelp("The firmware profiles.", valueName: "folder"))
  var profiles = "firmware-profiles"

  @Option(help: "Judge only one half: tuning, with which confidences are chosen, or held-out.")
  var half: KnownDevice.Half?

  @Flag(help: "Also print how often each word and each rule is right.")
  var rules = false

  func validate() throws {
    guard recog != nil || captures != nil || snmp != nil else {
      throw ValidationError("Nothing is to be judged: name --recog, --captures or --snmp.")
    }
    guard (captures == nil) == (labels == nil) else { throw ValidationError("--captures needs --labels.") }
    guard snmp == nil || snmpLabels != nil else { throw ValidationError("--snmp needs --snmp-labels.") }
  }

  func run() throws {
    let (set, diagnostics) = ProfileSet.load(shipped: profiles, local: profiles)
    for diagnostic in diagnostics { Files.complain("\(diagnostic)") }
    guard !set.profiles.isEmpty else { throw Files.Failure(description: "\(profiles): holds no profile") }
    let base = try recog.map(fingerprints) ?? RecogLoader().finish()
    if let recog {
      report("worked examples", try WorkedExamples.devices(in: recog), Judge(profiles: set))
    }
    if let captures, let labels {
      let known = try HeardDevice.known(in: captures, labels: labels)
      report("captures", known, Judge(profiles: set, fingerprints: base))
    }
    if let snmp, let snmpLabels {
      let text = String(decoding: try Files.read(snmpLabels), as: UTF8.self)
      let labels = try SNMPRecordings.labels(text, name: snmpLabels)
      let known = try SNMPRecordings.devices(in: snmp, labels: labels)
      report("recordings of SNMP", known, Judge(profiles: set, fingerprints: base))
    }
  }

  private func fingerprints(_ folder: String) throws -> RecogBase {
    var loader = RecogLoader(keys: FingerprintClues.keys)
    for name in try Files.names(in: folder) where name.hasSuffix(".xml") {
      loader.add(name: name, try Files.read("\(folder)/\(name)"))
    }
    return loader.finish()
  }

  private func report(_ what: String, _ known: [KnownDevice], _ judge: Judge) {
    for half in half.map({ [$0] }) ?? KnownDevice.Half.allCases {
      let part = known.filter { $0.half == half }
      let groups = Set(part.map(\.group)).count
      print("\n# \(what), \(half.rawValue): \(part.count) devices in \(groups) groups")
      ReliabilityReport(judge: judge, devices: part).print(rules: rules)
    }
  }
}

extension KnownDevice.Half: ExpressibleByArgument {}

extension HeardDevice {
  /// The devices of a folder of labelled captures.
  static func known(in folder: String, labels file: String) throws -> [KnownDevice] {
    let labels = try Labels(text: String(decoding: try Files.read(file), as: UTF8.self), name: file)
    var known: [KnownDevice] = []
    for (name, label) in labels.byFolder.sorted(by: { $0.key < $1.key }) {
      let path = "\(folder)/\(name)"
      guard Files.isFolder(path) else { continue }
      let text = String(decoding: try Files.read("\(path)/\(Corpus.addressFile)"), as: UTF8.self)
      guard let mac = MACAddress(String(text.prefix { !$0.isWhitespace })) else { continue }
      for file in try Files.names(in: path) where file.hasSuffix(".pcap") || file.hasSuffix(".pcapng") {
        guard let capture = try? Capture(try Files.read("\(path)/\(file)")) else { continue }
        known.append(
          KnownDevice(
            device(mac, in: capture), kind: label.type.kind, group: "capture \(label.type.name)",
            name: "\(name)/\(file)"))
      }
    }
    return known
  }
}
