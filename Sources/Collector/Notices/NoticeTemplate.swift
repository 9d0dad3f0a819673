import Mustache

/// A sentence with places for what differs, in Mustache (mustache(5)): `{{device}}`, `{{#count}}and {{count}} more{{/count}}`.
package struct NoticeTemplate: Sendable {
  /// What may stand in a place.
  package enum Place: String, Hashable, Sendable, CaseIterable {
    case device, what, action, risk, count, time, code, page
  }

  /// Why a text is no template.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package var problem: String
    package var description: String { problem }
  }

  private let template: MustacheTemplate
  /// What has to be known; what only a section asks for may be missing.
  private let required: Set<Place>
  package let places: Set<Place>

  /// Reads a template; a place that is not among those `known`, or a tag without its other, is an error at once, not in a
  /// letter.
  package init(_ text: String, knowing known: Set<Place>) throws(Fault) {
    var (values, sections): (Set<Place>, Set<Place>) = ([], [])
    for tag in text.matches(of: /\{\{([^{}]*)\}\}/) {
      var name = tag.output.1
      let sign = name.first.flatMap { "#^/!&>$<=%*".contains($0) ? $0 : nil }
      if sign != nil { name.removeFirst() }
      switch sign {
      case "!": continue
      case nil, "#", "^", "/": break
      default: throw Fault(problem: "'\(tag.output.0)' is of no use in a notice; write a place as {{device}}")
      }
      name = name.drop(while: \.isWhitespace)
      while name.last?.isWhitespace == true { name.removeLast() }
      guard let place = Place(rawValue: String(name)), known.contains(place) else {
        let words = known.map(\.rawValue).sorted().joined(separator: ", ")
        throw Fault(problem: "'{{\(name.prefix(40))}}' is no place here; there are: \(words)")
      }
      if sign == nil { values.insert(place) } else { sections.insert(place) }
    }
    if let brace = text.replacing(/\{\{[^{}]*\}\}/, with: "").first(where: { "{}".contains($0) }) {
      throw Fault(problem: "'\(brace)' stands alone; write a place as {{device}}")
    }
    do {
      // Nothing is HTML yet; letters and pages escape what they take.
      template = try MustacheTemplate(string: "{{%CONTENT_TYPE:TEXT}}" + text)
    } catch {
      throw Fault(problem: "a section has no end, or another's; write {{#count}}...{{/count}}")
    }
    required = values.subtracting(sections)
    places = values.union(sections)
  }

  /// A text of ours, of which tests know that it is a template.
  init(known text: String) {
    do { self = try NoticeTemplate(text, knowing: Set(Place.allCases)) } catch {
      preconditionFailure("\(error): \(text)")
    }
  }

  /// The text with its places filled; a value is never read as a template.
  package func filled(_ values: [Place: String]) throws(Fault) -> String {
    for place in required where values[place] == nil {
      throw Fault(problem: "nothing is known for '{{\(place.rawValue)}}'")
    }
    let words = values.map { ($0.key.rawValue, Self.oneLine($0.value)) }
    return template.render(Dictionary(words) { first, _ in first })
  }

  /// Nothing in a value begins a new line or steers a terminal.
  private static func oneLine(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(400) {
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
        result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
