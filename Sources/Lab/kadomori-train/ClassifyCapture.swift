import Addresses
import ArgumentParser
import Capture
import Classify
import Packets
import Posture
import Traits

struct ClassifyCapture: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Says what sent the frames of a capture.",
    discussion: "Prints address, type, its confidence, kind, its confidence; 'unknown' is below 0.5.")

  @Argument(help: ArgumentHelp("The model.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("The capture.", valueName: "capture"))
  var capture: String

  @Option(help: ArgumentHelp("Only this device. The default is every sender.", valueName: "address"))
  var mac: String?

  @Option(help: "How much is heard.")
  var hearing = HeardPart.everything

  /// How many senders of one capture are judged.
  static let limit = 256

  func run() throws {
    let loaded: Model
    do {
      loaded = try Model(bytes: try Files.read(model))
    } catch let error as ModelError {
      throw Files.Failure(description: "\(model): \(error)")
    }
    for (device, traits) in try Senders.traits(in: capture, only: mac, hearing) {
      guard let verdict = loaded.classify(traits) else {
        print("\(device) unknown 0 unknown 0")
        continue
      }
      print(
        "\(device) \(verdict.type?.name ?? "unknown") \(places(verdict.confidence)) "
          + "\(verdict.kind.rawValue) \(places(verdict.kindConfidence))")
    }
  }
}

struct ShowTraits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traits", abstract: "Prints what a capture shows of a device.")

  @Argument(help: ArgumentHelp("The capture.", valueName: "capture"))
  var capture: String

  @Option(help: ArgumentHelp("Only this device. The default is every sender.", valueName: "address"))
  var mac: String?

  @Option(help: "How much is heard.")
  var hearing = HeardPart.everything

  func run() throws {
    for (device, traits) in try Senders.traits(in: capture, only: mac, hearing) {
      for trait in traits.sorted() { print("\(device) \(trait)") }
    }
  }
}

/// Who sent the frames of a capture.
enum Senders {
  static func traits(in path: String, only text: String?, _ hearing: HeardPart) throws -> [(
    MACAddress, Set<Trait>
  )] {
    let only = text.flatMap { MACAddress($0) }
    if let text, only == nil { throw ValidationError("'\(text)' is no hardware address.") }
    let recording: Capture
    do {
      recording = try Capture(try Files.read(path))
    } catch let error as CaptureError {
      throw Files.Failure(description: "\(path): \(error)")
    }
    var devices: Set<MACAddress> = []
    for sender in recording.entries.lazy.map(\.frame.source) where !sender.isMulticast {
      guard only == nil || sender == only, devices.count < ClassifyCapture.limit else { continue }
      devices.insert(sender)
    }
    if let only, devices.isEmpty {
      throw Files.Failure(description: "\(path): nothing of \(only) is in it")
    }
    return devices.sorted { $0.bits < $1.bits }.map { ($0, Corpus.traits(hearing, of: $0, in: recording)) }
  }
}

/// A number with three places.
func places(_ value: Double) -> String {
  let thousandths = Int((value * 1000).rounded())
  let rest = String(thousandths % 1000)
  return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
}

extension HeardPart: ExpressibleByArgument {}
