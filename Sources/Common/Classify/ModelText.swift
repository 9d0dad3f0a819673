import Posture
import Traits

/// The file of a model: lines of words, types first, then calibrations, then traits, then `end` with their
/// number.
enum ModelText {
  static let head = "kadomori-types 2"

  static func write(_ model: Model) -> String {
    var text = head + "\n"
    for entry in model.entries {
      let type = entry.type
      text +=
        "type \(type.name) \(type.kind.rawValue) \(type.vendor) \(entry.captures) \(entry.bias)\n"
    }
    for (name, calibration) in [("type", model.typeCalibration), ("kind", model.kindCalibration)] {
      text += "calibration \(name)"
      for value in calibration.weights + [calibration.offset] { text += " \(value)" }
      text += "\n"
    }
    let width = model.entries.count
    for (trait, place) in model.places.sorted(by: { $0.value < $1.value }) {
      text += "trait \(trait)"
      for index in (place * width)..<((place + 1) * width) {
        text += " \(model.weights[index])\(mark(model.habits[index]))"
      }
      text += "\n"
    }
    return text + "end \(model.places.count)\n"
  }

  /// What stands behind a weight.
  static func mark(_ habit: Model.Habit) -> String {
    switch habit {
    case .never: ""
    case .sometimes: "+"
    case .always: "*"
    }
  }
}

extension Model {
  /// Reads the file of a model, at most ``sizeLimit`` bytes of it.
  package init(text: String) throws(ModelError) {
    try self.init(bytes: Array(text.utf8))
  }

  /// Reads the file of a model as it lies on the disk.
  package init(bytes: [UInt8]) throws(ModelError) {
    var reader = ModelReader()
    try reader.read(bytes)
    self = reader.model
  }

  /// The model as a file.
  package var text: String { ModelText.write(self) }

  /// The largest file that is read, in bytes.
  package static let sizeLimit = 8 << 20
}
