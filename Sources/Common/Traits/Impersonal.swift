import Addresses

/// Takes out of a device's texts what tells one device from another of its type.
struct Impersonal: Sendable {
  /// All, the last three and the last two octets of the device's own address in hexadecimal: makers put them into
  /// names.
  private let marks: [[UInt8]]

  init(_ device: MACAddress) {
    let digits = device.description.utf8.filter { $0 != 0x3a }
    marks = [12, 6, 4].map { Array(digits.suffix($0)) }
  }

  /// The text in lower case, with `#` for every run that looks like a serial number or an address.
  ///
  /// Such a run has five decimal digits, or six hexadecimal ones with a decimal one among them; dashes and
  /// colons may stand between. `ESP_06D902` gives `esp_#`, `HS110(EU)` stays `hs110(eu)`.
  func text(_ bytes: some Sequence<UInt8>) -> String {
    let source = bytes.prefix(256).map { (0x41...0x5a).contains($0) ? $0 + 32 : $0 }
    var result: [UInt8] = []
    var place = 0
    while place < source.count {
      let run = marks.first { source[place...].starts(with: $0) }?.count ?? Self.serial(source[place...])
      if run > 0 {
        result.append(0x23)
        place += run
        continue
      }
      // No serial number begins in the middle of a word: "feedback1" holds none.
      repeat {
        result.append((0x21...0x7e).contains(source[place]) ? source[place] : 0x5f)
        place += 1
      } while place < source.count && Self.isLetter(source[place]) && Self.isLetter(source[place - 1])
        && !marks.contains { source[place...].starts(with: $0) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// How many bytes at the front look like a serial number; 0 when they do not.
  private static func serial(_ bytes: ArraySlice<UInt8>) -> Int {
    func count(_ isPart: (UInt8) -> Bool) -> (length: Int, parts: Int, digits: Int) {
      var found = (length: 0, parts: 0, digits: 0)
      for (offset, byte) in bytes.enumerated() {
        if isPart(byte) {
          found.parts += 1
          if isDigit(byte) { found.digits += 1 }
          found.length = offset + 1
        } else if offset == 0 || byte != 0x2d && byte != 0x3a {
          break
        }
      }
      return found
    }
    let hexadecimal = count { isDigit($0) || (0x61...0x66).contains($0) }
    let decimal = count(isDigit)
    // A word goes on behind the run: what looked hexadecimal was its beginning.
    let next = bytes.dropFirst(hexadecimal.length).first
    if hexadecimal.parts >= 6, hexadecimal.digits >= 2, next.map(isLetter) != true {
      return hexadecimal.length
    }
    return decimal.parts >= 5 ? decimal.length : 0
  }

  /// The registered domain: the last two labels, or three where the last two are short (`co.uk`).
  static func domain(_ name: String) -> String {
    let labels = name.split(separator: ".")
    guard let top = labels.last, labels.count > 2 else { return name }
    let isShort = top.utf8.count == 2 && labels[labels.count - 2].utf8.count <= 3
    return labels.suffix(isShort ? 3 : 2).joined(separator: ".")
  }

  /// `hs110(eu)` gives `aa000(aa)`.
  static func shape(_ text: String) -> String {
    String(decoding: text.utf8.map { isLetter($0) ? 0x61 : isDigit($0) ? 0x30 : $0 }, as: UTF8.self)
  }
}
