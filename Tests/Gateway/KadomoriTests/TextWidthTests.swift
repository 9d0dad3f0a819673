import Testing

@testable import kadomori

@Suite struct TextWidthTests {
  @Test(arguments: [("", 0), ("abc", 3), ("水位", 4), ("ｱ", 1), ("Ａ", 2), ("e\u{301}", 1), ("😀", 2), ("한글", 4)])
  func columns(text: String, width: Int) { #expect(TextWidth.of(text) == width) }

  @Test func fitsExactly() {
    #expect(TextWidth.fit("水位監視", to: 10) == "水位監視  ")
    #expect(TextWidth.fit("水位監視", to: 6) == "水位… ")
    #expect(TextWidth.fit("abcdef", to: 4) == "abc…")
    for width in 2...12 { #expect(TextWidth.of(TextWidth.fit("第2浄水場 水位監視", to: width)) == width) }
  }

  @Test func wrapsBetweenWordsAndAnywhereInJapanese() {
    #expect(TextWidth.wrap("turn it off now", to: 8) == ["turn it", "off now"])
    #expect(TextWidth.wrap("機器の設定画面で", to: 8) == ["機器の設", "定画面で"])
    #expect(TextWidth.wrap("", to: 8).isEmpty)
    for width in 4...30 {
      for line in TextWidth.wrap("ルーターの公開設定から、この機器 (camera) を外してください。", to: width) {
        #expect(TextWidth.of(line) <= width)
      }
    }
  }
}
