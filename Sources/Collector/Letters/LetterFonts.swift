/// What is installed on this machine.
package enum LetterFonts {
  /// Whether a letter in Japanese can be read.
  package static var haveJapanese: Bool {
    guard let setter = try? Typesetter(.japanese) else { return false }
    return setter.missing(in: "あいうアイウ、。「」ー家庭").isEmpty
  }
}
