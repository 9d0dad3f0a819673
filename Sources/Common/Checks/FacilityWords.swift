/// Words that name a facility people depend on, or what it is for.
package enum FacilityWords {
  /// The words of the important-IoT survey's own subject: water, rivers, power, health, safety, transport.
  private static let japanese = [
    "浄水", "配水池", "配水場", "給水塔", "水道局", "ポンプ場", "下水", "処理場", "水位", "受水槽", "貯水", "水門", "樋門",
    "排水機場", "取水", "雨量", "河川", "発電所", "発電設備", "変電所", "太陽光発電", "風力発電", "病院", "診療所", "医療センター",
    "消防", "防災", "工場", "焼却", "清掃センター", "空港", "鉄道", "信号機", "駐車場", "トンネル",
  ]

  /// Words that also end or begin other words; they count only where no other katakana touches them.
  private static let katakana = ["ダム", "プラント"]

  /// English words and pairs, which count only as whole words.
  private static let english = [
    "water treatment", "waterworks", "water level", "water plant", "pump station", "pumping station",
    "sewage",
    "wastewater", "reservoir", "floodgate", "dam", "power plant", "power station", "substation",
    "solar plant",
    "wind farm", "hospital", "clinic", "fire station", "airport",
  ]

  /// All of them.
  package static var all: [String] { japanese + katakana + english }

  /// Whether a word occurs in a text: one in Latin letters or in katakana alone only where no such letter touches it.
  package static func occurs(_ word: String, in text: String) -> Bool {
    let (word, text) = (word.lowercased(), String(text.prefix(1000)).lowercased())
    if word.unicodeScalars.allSatisfy({ isLatin($0) || $0 == " " }) {
      return occurs(word, in: text, touching: isLatin)
    }
    let isKana = word.unicodeScalars.allSatisfy(isKatakana)
    return isKana ? occurs(word, in: text, touching: isKatakana) : text.contains(word)
  }

  /// Whether one of the words occurs in a text of a device.
  static func occur(in text: String) -> Bool {
    // A page's title fits; what is longer is no title.
    let text = String(text.prefix(1000)).lowercased()
    return japanese.contains { text.contains($0) }
      || katakana.contains { occurs($0, in: text, touching: isKatakana) }
      || english.contains { occurs($0, in: text, touching: isLatin) }
  }

  private static func occurs(
    _ word: String, in text: String, touching: (Unicode.Scalar) -> Bool
  ) -> Bool {
    var rest = text.unicodeScalars[...]
    var before: Unicode.Scalar?
    let wanted = word.unicodeScalars
    while let first = rest.first {
      if rest.starts(with: wanted) {
        let after = rest.dropFirst(wanted.count).first
        if !(before.map(touching) ?? false), !(after.map(touching) ?? false) { return true }
      }
      before = first
      rest = rest.dropFirst()
    }
    return false
  }

  private static func isKatakana(_ scalar: Unicode.Scalar) -> Bool {
    (0x30a1...0x30fa).contains(scalar.value) || scalar.value == 0x30fc
  }

  private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic && scalar.value < 0x250
  }
}
