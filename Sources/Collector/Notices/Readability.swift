/// Says what makes a notice hard to read, or easy to mistake for a fraud.
package enum Readability {
  /// Words of one English sentence; signs of one Japanese, of one in easy Japanese.
  package static let longest: [NoticeLanguage: Int] = [.en: 25, .ja: 60, .easyJa: 36]

  /// Words of the trade that a notice has to do without.
  private static let jargon: [NoticeLanguage: [String]] = [
    .en: [
      "port ", "ports ", "tcp", "udp", "protocol", "exploit", "vulnerab", "credential", "authenticat",
      "payload",
      "malware", "botnet", "mitigat", "patch", "daemon", "nat ", "cve-",
    ],
    .ja: ["ポート", "脆弱", "プロトコル", "認証", "ペイロード", "マルウェア", "ボットネット", "緩和", "パッチ", "TCP", "UDP"],
    .easyJa: ["ポート", "ぜいじゃく", "プロトコル", "にんしょう", "ウイルス", "TCP", "UDP"],
  ]

  /// What only a fraud asks for: an answer, a click, a secret told.
  private static let suspicious = [
    "http://", "https://", "www.", "click", "reply", "call us", "send us", "verify your", "クリック", "返信",
    "お電話ください", "送ってください", "おくって ください", "リンク",
  ]

  /// The faults of a notice; empty where there are none.
  package static func faults(of notice: Notice, in language: NoticeLanguage) -> [String] {
    let lines = [notice.subject] + notice.lines
    var faults: [String] = []
    for line in lines {
      for sentence in sentences(line) {
        let length = length(sentence, language)
        if let longest = longest[language], length > longest {
          faults.append("\(length) of at most \(longest): \(sentence)")
        }
      }
      let lower = line.lowercased() + " "
      for word in jargon[language] ?? [] where lower.contains(word.lowercased()) {
        faults.append("a word of the trade, '\(word)': \(line)")
      }
      for word in suspicious where lower.contains(word.lowercased()) {
        faults.append("what a fraud would ask, '\(word)': \(line)")
      }
      if language == .easyJa { faults += unreadable(line) }
    }
    return faults
  }

  private static func sentences(_ line: String) -> [String] {
    line.split(whereSeparator: { "。.!?！？：:".contains($0) }).map {
      String($0.drop(while: \.isWhitespace))
    }
  }

  private static func length(_ sentence: String, _ language: NoticeLanguage) -> Int {
    language == .en ? sentence.split(separator: " ").count : sentence.count { !$0.isWhitespace }
  }

  /// Characters that are taught later than in the first year of school (学年別漢字配当表, 文部科学省).
  private static func unreadable(_ line: String) -> [String] {
    let late = line.unicodeScalars.filter {
      (0x4e00...0x9fff).contains($0.value) && !firstYear.contains($0)
    }
    return late.isEmpty ? [] : ["hard to read, '\(String(String.UnicodeScalarView(late)))': \(line)"]
  }

  private static let firstYear = Set(
    "一右雨円王音下火花貝学気九休玉金空月犬見五口校左三山子四糸字耳七車手十出女小上森人水正生青夕石赤千川先早草足村大男竹中虫町天田土二日入年白八百文木本名目立力林六"
      .unicodeScalars)
}
