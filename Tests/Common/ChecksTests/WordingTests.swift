import Checks
import Posture
import Testing
import Wording

struct WordingTests {
  /// Words that a householder would have to look up.
  private static let jargon: [Language: [String]] = [
    .en: [
      "port", "protocol", "tcp", "udp", "authentic", "credential", "exploit", "vulnerab", "firmware",
      "daemon", "lan",
    ],
    .ja: ["プロトコル", "ポート", "認証", "脆弱", "ファームウェア", "デーモン", "TCP", "UDP"],
  ]

  @Test(arguments: Checks.ids.sorted(), Language.allCases)
  func isPlain(check: String, language: Language) throws {
    let text = try #require(Checks.text(for: check, language))
    for sentence in [text.title, text.reason, text.remedy] {
      #expect(sentence.count <= (language == .ja ? 60 : 110), "\(sentence)")
      let words = sentence.lowercased().split { !$0.isLetter }.map(String.init)
      for term in Self.jargon[language] ?? [] {
        let isThere =
          language == .ja
          ? sentence.contains(term) : words.contains { $0 == term || term.count > 4 && $0.hasPrefix(term) }
        #expect(!isThere, "\(term): \(sentence)")
      }
    }
    #expect(text.reason.hasSuffix(language == .ja ? "。" : "."))
    #expect(text.remedy.hasSuffix(language == .ja ? "。" : "."))
    #expect(!text.title.hasSuffix("。") && !text.title.hasSuffix("."))
    #expect(text.remedy.count { $0 == "。" } <= 1, "one thing to do")
  }

  @Test func everyRemedyOfAFindingHasWords() {
    for example in CheckTests.cases {
      for finding in Checks.judge([example.device], now: CheckTests.now) {
        for language in Language.allCases {
          let text = Checks.text(for: finding, language)
          #expect(text != nil && text?.remedy == Checks.remedy(finding.remedy, language))
        }
      }
    }
    #expect(Checks.text(for: "no-such-check", .en) == nil)
    #expect(Checks.remedy("no-such-remedy", .ja) == nil)
  }

  @Test func everyCheckSaysWhereItComesFrom() {
    #expect(Checks.all.allSatisfy { !$0.references.isEmpty })
    #expect(Checks.ids.count == Checks.all.count)
    for check in Checks.all { #expect(check.supersedes.isSubset(of: Checks.ids)) }
  }
}
