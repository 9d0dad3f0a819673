extension Format where Value == String {
  /// A text that is not empty, at most 1,000 characters.
  package static var string: Self { string(atMost: 1000) }

  package static func string(atMost limit: Int) -> Self {
    Format { field in
      guard let text = field.text(expected: "a text") else { return nil }
      guard !text.isEmpty else { return field.fail("is empty; write a text, or remove the line") }
      guard text.count <= limit else {
        return field.fail("has \(text.count) characters; at most \(limit) are accepted")
      }
      return text
    }
  }
}

extension Format where Value == Int {
  /// A whole number in decimal digits.
  package static func int(in range: ClosedRange<Int>) -> Self {
    Format { field in
      let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
      guard let text = field.text(expected: expected) else { return nil }
      guard let value = Int(text) else { return field.fail("'\(text)' is not \(expected)") }
      guard range.contains(value) else { return field.fail("\(value) is out of range; write \(expected)") }
      return value
    }
  }
}

extension Format where Value == Double {
  /// A number with or without a fraction.
  package static func number(in range: ClosedRange<Double>) -> Self {
    Format { field in
      let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
      guard let text = field.text(expected: expected) else { return nil }
      guard let value = Double(text), value.isFinite else {
        return field.fail("'\(text)' is not \(expected)")
      }
      guard range.contains(value) else { return field.fail("\(text) is out of range; write \(expected)") }
      return value
    }
  }
}

extension Format where Value == Bool {
  package static var bool: Self {
    Format { field in
      guard let text = field.text(expected: "true or false") else { return nil }
      switch text {
      case "true": return true
      case "false": return false
      case "yes", "on", "True", "TRUE": return field.fail("'\(text)' is not true or false; write true")
      case "no", "off", "False", "FALSE": return field.fail("'\(text)' is not true or false; write false")
      default: return field.fail("'\(text)' is not true or false")
      }
    }
  }
}

extension Format where Value: CaseIterable & RawRepresentable & SendableMetatype, Value.RawValue == String {
  /// One word of a closed list.
  package static var choice: Self {
    Format<String>.choice(of: Value.allCases.map(\.rawValue)).map { text, _ in Value(rawValue: text) }
  }
}

extension Format where Value == String {
  /// One word of a closed list that is no Swift type.
  package static func choice(of words: [String]) -> Self {
    Format { field in
      guard let text = field.text(expected: "one of \(words.joined(separator: ", "))") else { return nil }
      guard words.contains(text) else {
        let hint = Suggestion(for: text, among: words).sentence
        let list = hint.hasPrefix("did") ? "\(hint) Known: \(words.joined(separator: ", "))" : hint
        return field.fail("'\(text)' is not known here; \(list)")
      }
      return text
    }
  }
}
