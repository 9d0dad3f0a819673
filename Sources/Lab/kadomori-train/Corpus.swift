import Addresses
import Capture
package import Classify
import Packets
import Traits

/// The captures of a folder of folders, one for each type.
package struct Corpus {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package private(set) var examples: [Example] = []
  /// The file of each example.
  package private(set) var files: [String] = []
  /// The label of each example.
  package private(set) var labels: [Labels.Label] = []
  /// What was passed over, for people.
  package private(set) var remarks: [String] = []

  /// Holds the hardware address of the device in each folder.
  static let addressFile = "_iotdevice-mac.txt"

  package init(folder: String, labels all: Labels) throws {
    for name in try Files.names(in: folder) where Files.isFolder("\(folder)/\(name)") {
      guard let label = all.byFolder[name] else {
        remarks.append("\(folder)/\(name): not in the labels, passed over")
        continue
      }
      let path = "\(folder)/\(name)"
      let text = String(decoding: try Files.read("\(path)/\(Self.addressFile)"), as: UTF8.self)
      guard let device = MACAddress(String(text.prefix { !$0.isWhitespace })) else {
        throw Failure(description: "\(path)/\(Self.addressFile): no hardware address is in it")
      }
      for file in try Files.names(in: path) where file.hasSuffix(".pcap") || file.hasSuffix(".pcapng") {
        try add("\(path)/\(file)", of: device, label)
      }
    }
    guard !examples.isEmpty else { throw Failure(description: "\(folder): holds no labelled captures") }
  }

  private mutating func add(_ path: String, of device: MACAddress, _ label: Labels.Label) throws {
    let capture: Capture
    do {
      capture = try Capture(try Files.read(path))
    } catch let error as CaptureError {
      remarks.append("\(path): \(error), passed over")
      return
    }
    if capture.isCutOff { remarks.append("\(path): is cut off") }
    let heard = HeardPart.allCases.map { ($0, Self.traits($0, of: device, in: capture)) }
    let example = Example(type: label.type, heard: Dictionary(uniqueKeysWithValues: heard))
    guard !example.heard.isEmpty else {
      remarks.append("\(path): nothing of \(device) is in it, passed over")
      return
    }
    examples.append(example)
    files.append(path)
    labels.append(label)
  }

  /// What one hearing of a capture tells of a device.
  static func traits(_ hearing: HeardPart, of device: MACAddress, in capture: Capture) -> Set<Trait> {
    var frames = capture.entries.map(\.frame).filter { $0.source == device }
    if hearing != .everything {
      frames = frames.filter(\.isForMany)
      frames = Array(frames[hearing.frames(of: frames.count)])
    }
    var collector = TraitCollector(device: device)
    for frame in frames { collector.hear(frame) }
    return collector.traits
  }
}
