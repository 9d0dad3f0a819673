package import Classify
import Posture

/// What the folders of captures hold, from a file of five columns.
package struct Labels {
  package struct Label {
    package var type: DeviceType
    /// Products that no traffic tells apart bear one name here.
    package var twins: String
  }

  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  package private(set) var byFolder: [String: Label] = [:]

  /// Reads lines of FOLDER, TYPE, KIND, VENDOR, TWINS between tabs; `#` begins a comment line.
  package init(text: String, name: String) throws(Fault) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let place = "\(name): line \(index + 1)"
      guard fields.count == 5, fields.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
        throw Fault(description: "\(place): five fields without spaces are needed, between tabs")
      }
      guard let kind = DeviceKind(rawValue: fields[2]) else {
        let kinds = DeviceKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw Fault(description: "\(place): '\(fields[2])' is no kind; there are \(kinds)")
      }
      let type = DeviceType(name: fields[1], kind: kind, vendor: fields[3])
      if let other = byFolder.values.first(where: { $0.type.name == type.name }), other.type != type {
        throw Fault(description: "\(place): '\(type.name)' has another kind or vendor further up")
      }
      let label = Label(type: type, twins: fields[4] == "-" ? fields[1] : fields[4])
      guard byFolder.updateValue(label, forKey: fields[0]) == nil else {
        throw Fault(description: "\(place): the folder '\(fields[0])' is there already")
      }
    }
  }

  /// Every folder a type of its own: units of one product are told apart as well.
  mutating func separateFolders() {
    for (folder, label) in byFolder {
      byFolder[folder]?.type = DeviceType(name: folder, kind: label.type.kind, vendor: label.type.vendor)
    }
  }
}
