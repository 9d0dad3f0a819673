/// Numbers in Prometheus' text format, version 0.0.4.
package struct MetricsText: Sendable {
  private var families: [String] = []

  package init() {}

  package typealias Sample = (labels: [(name: String, value: String)], value: Double)

  /// Adds one metric with all of its samples; `name` and the labels' names are ours.
  package mutating func add(_ name: String, _ help: String, type: String = "gauge", _ samples: [Sample]) {
    var text = "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(type)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }
      let value = sample.value == sample.value.rounded() ? String(Int64(sample.value)) : String(sample.value)
      text += name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(value)\n"
    }
    families.append(text)
  }

  package var text: String { families.joined() }

  /// A label's value may be a stranger's text.
  private static func escape(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
