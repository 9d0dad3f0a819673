import JSONTree

/// A value and where it stands, so that what is wrong with it can be told.
///
/// A class, because many hands pass it on: as a value it cost 20 kB of code.
final class JSONPlace {
  let value: JSONValue
  let path: String
  let file: String

  /// Reads a document; `file` is what errors call it.
  static func read(_ bytes: [UInt8], file: String) throws(MUDError) -> JSONPlace {
    do throws(JSONFault) {
      let value = try JSONReader.read(bytes, limit: MUDLimits.bytes, deepest: MUDLimits.depth)
      return JSONPlace(value: value, path: "", file: file)
    } catch {
      throw MUDError(file: file, place: error.place, problem: error.problem)
    }
  }

  init(value: JSONValue, path: String, file: String) {
    self.value = value
    self.path = path
    self.file = file
  }

  func fail(_ problem: String) -> MUDError { MUDError(file: file, place: path, problem: problem) }

  private func expected(_ kind: String) -> MUDError { fail("is \(value.kind), not \(kind)") }

  /// The members that are there, by name; `/` and `~` in names are escaped in paths (RFC 6901, section 3).
  func members() throws(MUDError) -> [String: JSONPlace] {
    guard case .object(let members) = value else { throw expected("an object") }
    var places: [String: JSONPlace] = [:]
    for (name, value) in members {
      let token = name.replacing("~", with: "~0").replacing("/", with: "~1")
      places[name] = JSONPlace(value: value, path: "\(path)/\(token)", file: file)
    }
    return places
  }

  func items(atMost limit: Int) throws(MUDError) -> [JSONPlace] {
    guard case .array(let items) = value else { throw expected("a list") }
    guard items.count <= limit else {
      throw fail("has \(items.count) entries; at most \(limit) are read")
    }
    return items.enumerated().map { JSONPlace(value: $1, path: "\(path)/\($0)", file: file) }
  }

  /// A text that steers no terminal, cut to what is kept.
  func text() throws(MUDError) -> String {
    guard case .string(let text) = value else { throw expected("a text") }
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(MUDLimits.text) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        kept.append(" ")
      default: kept.append(scalar)
      }
    }
    return String(kept)
  }

  func bool() throws(MUDError) -> Bool {
    guard case .bool(let bool) = value else { throw expected("true or false") }
    return bool
  }

  func int(in range: ClosedRange<Int>) throws(MUDError) -> Int {
    guard case .number(let text) = value else { throw expected("a number") }
    guard let number = Int(text), range.contains(number) else {
      throw fail(
        "is \(text.prefix(20)), not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

extension [String: JSONPlace] {
  func required(_ name: String, of whole: JSONPlace) throws(MUDError) -> JSONPlace {
    guard let place = self[name] else { throw whole.fail("'\(name)' is missing") }
    return place
  }
}
