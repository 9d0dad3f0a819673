import Posture
package import Recog
import Recognition

/// Devices of the examples that come with fingerprints, which say what said each text.
package enum WorkedExamples {
  /// Words that tell nothing of what the device is.
  static let vague: Set<String> = ["Device", "Network", "General", "Embedded"]

  /// The devices of a file; what no scan hears and what nobody labelled is left out.
  package static func devices(of file: RecogFile) -> [KnownDevice] {
    let key = keys[file.header.name] ?? file.header.key
    return file.fingerprints.flatMap { fingerprint in
      let constants = fingerprint.parameters.reduce(into: [String: String]()) { fields, parameter in
        if case .text(let value) = parameter.source { fields[parameter.name] = value }
      }
      return fingerprint.examples.compactMap { example -> KnownDevice? in
        guard case .bytes(let text) = example.content,
          let word = FingerprintClues.word(in: constants.merging(example.fields) { $1 }),
          !vague.contains(word), let device = SaidText.device(text, as: key)
        else { return nil }
        return KnownDevice(
          device, kind: FingerprintClues.kind(of: word), group: "\(key) \(fingerprint.pattern)",
          name: "\(file.header.name):\(example.line) \(word), \(fingerprint.description)")
      }
    }
  }

  /// Files whose key is of no use, and the kind of text that they are for.
  private static let keys = ["telnet_banners.xml": "telnet_banners"]

  /// The devices of all files in a folder.
  static func devices(in folder: String) throws -> [KnownDevice] {
    try Files.names(in: folder).filter { $0.hasSuffix(".xml") }.flatMap { name in
      devices(of: RecogFile(name: name, try Files.read("\(folder)/\(name)")))
    }
  }
}
