/// What is wrong with a model's file, and in which line.
package struct ModelError: Error, Hashable, Sendable {
  package enum Fault: Hashable, Sendable {
    case notAModel
    case unknownWord(String)
    case wrongCount(expected: Int, found: Int)
    case notANumber(String)
    case unknownKind(String)
    case notATrait(String)
    case twice(String)
    case tooMany(limit: Int)
    case outOfOrder(String)
    case impossible(String)
    case cutOff
  }

  /// Counted from 1.
  package var line: Int
  package var fault: Fault
}

extension ModelError: CustomStringConvertible {
  package var description: String { "line \(line): \(reason)" }

  private var reason: String {
    switch fault {
    case .notAModel: "is not a model of this version; it begins with '\(ModelText.head)'"
    case .unknownWord(let word): "'\(word)' is not known here"
    case .wrongCount(let expected, let found): "\(expected) fields are needed, \(found) are there"
    case .notANumber(let text): "'\(text)' is no number that can stand here"
    case .unknownKind(let text): "'\(text)' is no kind of device"
    case .notATrait(let text): "'\(text)' is no trait"
    case .twice(let text): "'\(text)' is there already"
    case .tooMany(let limit): "more than \(limit) are not read"
    case .outOfOrder(let word): "'\(word)' may not stand here"
    case .impossible(let text): "\(text)"
    case .cutOff: "the file ends before 'end'"
    }
  }
}
