import Markup
import Patterns

/// Makes fingerprints of the parts of a document.
struct RecogReader {
  let name: String
  let keepsExamples: Bool
  private(set) var header: RecogHeader?
  private(set) var faults: [RecogFault] = []

  private var path: [String] = []
  private var fingerprint: RecogFingerprint?
  private var example: MarkupElement?
  private var text = ""

  init(name: String, keepsExamples: Bool) {
    self.name = name
    self.keepsExamples = keepsExamples
  }

  /// The fingerprint that ends with this part, if one does that can be used.
  mutating func take(_ event: MarkupEvent) -> RecogFingerprint? {
    switch event {
    case .start(let element):
      path.append(element.name)
      start(element)
    case .text(let part): if path.count == 3 { text += part }
    case .end:
      defer { path.removeLast() }
      return end()
    }
    return nil
  }

  mutating func fail(_ reason: RecogFault.Reason, line: Int) {
    guard faults.count < RecogLimits.faults else { return }
    faults.append(RecogFault(file: name, line: line, reason: reason))
  }

  private mutating func start(_ element: MarkupElement) {
    switch (path.count, element.name) {
    case (1, "fingerprints"): header = readHeader(element)
    case (1, _): fail(.notFingerprints, line: element.position.line)
    case (2, "fingerprint") where header != nil:
      do throws(RecogFault.Reason) {
        fingerprint = try RecogFingerprint(element)
      } catch {
        fail(error, line: element.position.line)
      }
    case (3, "param"): add(parameter: element)
    case (3, "example") where keepsExamples: example = element
    default: break
    }
    text = ""
  }

  private mutating func end() -> RecogFingerprint? {
    switch (path.count, path.last) {
    case (2, _):
      defer { fingerprint = nil }
      return fingerprint
    case (3, "description"): fingerprint?.description = text.trimmed
    case (3, "example"):
      guard let element = example else { break }
      example = nil
      guard let read = RecogExample(element, text: text) else {
        fail(.badExample, line: element.position.line)
        break
      }
      fingerprint?.examples.append(read)
    default: break
    }
    return nil
  }

  private mutating func add(parameter element: MarkupElement) {
    guard let current = fingerprint else { return }
    do throws(RecogFault.Reason) {
      guard current.parameters.count < RecogLimits.parameters else { throw .tooManyParameters }
      let parameter = try RecogParameter(element)
      if case .group(let number) = parameter.source, number > current.outline.groupCount {
        throw .noSuchGroup(number)
      }
      fingerprint?.parameters.append(parameter)
    } catch {
      fail(error, line: element.position.line)
      fingerprint = nil
    }
  }

  private mutating func readHeader(_ element: MarkupElement) -> RecogHeader {
    var preference = RecogHeader.defaultPreference
    if let text = element["preference"] {
      if let value = Double(text.trimmed), (0...1).contains(value) {
        preference = value
      } else {
        fail(.badPreference(text), line: element.position.line)
      }
    }
    let stem = name.hasSuffix(".xml") ? String(name.dropLast(4)) : name
    return RecogHeader(
      name: name, key: element["matches"] ?? stem, protocolName: element["protocol"],
      databaseType: element["database_type"], preference: preference)
  }
}
