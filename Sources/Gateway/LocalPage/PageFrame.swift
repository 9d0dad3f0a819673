package import Wording

/// What every page of the household's begins and ends with, and the one for a browser that nobody has paired.
package struct PageFrame {
  package var language: Language
  /// After how many seconds the browser asks again.
  package var refresh: Int?

  package init(language: Language, refresh: Int? = nil) {
    self.language = language
    self.refresh = refresh
  }

  package func rendered(_ body: String) -> String {
    let again = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      \(again)<title>\(words("Your home network", "ご家庭のネットワーク"))</title>
      <link rel="stylesheet" href="/style.css">
      </head>
      <body>
      <header><h1>\(words("Your home network", "ご家庭のネットワーク"))</h1></header>
      <main>
      \(body)
      </main>
      <footer>\(words(
        "Kadomori on your gateway. Nothing of this page leaves the house.",
        "ご家庭のゲートウェイの門守（かどもり）が表示しています。このページの内容は家の外に出ません。"))</footer>
      </body>
      </html>

      """
  }

  /// Where a code can be entered.
  package func welcome(_ problem: LocalizedText? = nil) -> String {
    rendered(
      """
      \(problem.map { Self.told($0[language], isBad: true) } ?? "")
      <p>\(words(
        "This page shows what was found in your network, and lets you do something about it. So that no device in the house can do that by itself, this browser has to be paired once.",
        "家のネットワークで見つかったことを表示し、ここから対処できます。家の中の機器が勝手に操作できないように、はじめに一度だけこのブラウザーを登録します。"))</p>
      <form method="post" action="/pair">
      <label for="code">\(words("Pairing code", "登録コード"))</label>
      <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="11" required autofocus>
      <button>\(words("Pair", "登録する"))</button>
      </form>
      <p class="small">\(words(
        "Whoever looks after the gateway gets a code with 'kadomori page code'. It is good for ten minutes and one browser.",
        "コードは、ゲートウェイを管理している人が 'kadomori page code' で発行します。10 分間、ブラウザー 1 つに使えます。"))</p>
      <p class="small">\(words(
        "The number of a notice is another one: do not type it here. Once paired, this page shows the numbers of real notices.",
        "お知らせの確認番号はここに入力しないでください。登録が済むと、本物のお知らせの番号がこのページに表示されます。"))</p>
      """)
  }

  /// A message.
  package func only(_ text: LocalizedText) -> String { rendered(Self.told(text[language], isBad: true)) }

  static func told(_ text: String, isBad: Bool = false) -> String {
    "<p class=\"told\(isBad ? " bad" : "")\" role=\"status\">\(HTML.text(text))</p>"
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[language]
  }
}
