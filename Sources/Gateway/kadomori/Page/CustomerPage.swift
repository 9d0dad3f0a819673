import LocalPage
import Wording

/// A page for the customer: one file without anything from elsewhere, made to be printed on A4.
struct CustomerPage {
  var summary: SiteSummary

  var rendered: String {
    """
    <!DOCTYPE html>
    <html lang="\(summary.language.rawValue)">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>\(title)</title>
    <style>\(PageStyle.sheet)</style>
    </head>
    <body>
    <header>
    <h1>\(title)</h1>
    <p class="when">\(HTML.text(pieces.when))</p>
    </header>
    \(pieces.grade)
    <section>
    <h2>\(words("The network", "ネットワークの様子"))</h2>
    \(HousePicture(summary: summary).rendered)
    </section>
    <section>
    <h2>\(words("What to do", "していただきたいこと"))</h2>
    \(pieces.tasks())
    </section>
    <section>
    <h2>\(words("Every device", "機器の一覧"))</h2>
    \(pieces.devices)
    </section>
    <footer>\(footer)</footer>
    </body>
    </html>

    """
  }

  private var pieces: SitePieces { SitePieces(summary) }

  private var title: String { words("Your home network, looked after", "ご家庭のネットワーク診断") }

  private var footer: String {
    HTML.text(
      words(
        "Made by Kadomori on this gateway. This page holds addresses and names of your devices: keep it at home. Nobody who really looks after your line asks for a password or a payment because of it.",
        "このゲートウェイの門守（かどもり）が作成しました。機器のアドレスと名前が載っているため、ご家庭で保管してください。この診断を理由に、パスワードやお支払いをお願いすることはありません。"))
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[summary.language]
  }
}
