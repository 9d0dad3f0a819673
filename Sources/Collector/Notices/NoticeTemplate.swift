/// A text with places for what differs: `{device}`.
package struct NoticeTemplate: Hashable, Sendable {
  /// What may stand in a place.
  package enum Place: String, Hashable, Sendable, CaseIterable {
    case device, what, action, risk, count, time, code, page
  }

  /// Why a text is no template.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package var problem: String
    package var description: String { problem }
  }

  private enum Piece: Hashable, Sendable {
    case text(String)
    case place(Place)
  }

  private var pieces: [Piece] = []

  /// Reads a template; a place that is not known, or a brace without its other, is an error at once, not in a letter.
  package init(_ text: String) throws(Fault) {
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw Fault(problem: "'\(rest[open])' stands alone; write a place as {device}")
      }
      let name = rest[rest.index(after: open)..<close]
      guard let place = Place(rawValue: String(name)) else {
        let known = Place.allCases.map(\.rawValue).joined(separator: ", ")
        throw Fault(problem: "'{\(name.prefix(40))}' is no place; there are: \(known)")
      }
      if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
      pieces.append(.place(place))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
  }

  /// A text of ours, of which tests know that it is a template.
  init(known text: String) {
    do { self = try NoticeTemplate(text) } catch { preconditionFailure("\(error): \(text)") }
  }

  package var places: Set<Place> {
    Set(pieces.compactMap { if case .place(let place) = $0 { place } else { nil } })
  }

  /// The text with its places filled; a value is never read as a template.
  package func filled(_ values: [Place: String]) throws(Fault) -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let words): text += words
      case .place(let place):
        guard let value = values[place] else {
          throw Fault(problem: "nothing is known for '{\(place.rawValue)}'")
        }
        text += Self.oneLine(value)
      }
    }
    return text
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
