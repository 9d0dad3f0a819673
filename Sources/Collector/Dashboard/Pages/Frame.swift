import Wording

/// What stands around every page.
struct Frame: Sendable {
  var words: Words
  /// Who looks; `nil` before signing in.
  var access: Access?
  /// What proves that a form is of our own pages.
  var csrf = ""
  /// The address that is shown, with its query: where a change of language leads back to.
  var address = "/"

  func render(_ page: Page) -> String {
    let w = words
    let other: (language: Language, name: String) = w.language == .ja ? (.en, "English") : (.ja, "日本語")
    let script: HTML = page.isLive ? "<script src=\"/live.js\" defer></script>" : ""
    let html: HTML = """
      <!doctype html>
      <html lang="\(w.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="robots" content="noindex">
      <title>\(page.title) – Kadomori</title>
      <link rel="stylesheet" href="/style.css">
      <link rel="icon" href="data:,">
      \(script)
      </head>
      <body>
      <a class="skip" href="#main">\(w("Skip to the content", "本文へ移動"))</a>
      <header>
      <p class="brand"><a href="/">Kadomori</a></p>
      \(menu(page.section))
      <div class="me">\(person)
      <a href="/language?to=\(other.language.rawValue)&amp;back=\(FormAddress.encoded(address))" lang="\(other.language.rawValue)" hreflang="\(other.language.rawValue)">\(other.name)</a>
      </div>
      </header>
      <main id="main" tabindex="-1">
      <h1>\(page.title)</h1>
      \(page.body)
      </main>
      </body>
      </html>

      """
    return html.text
  }

  private func menu(_ present: Page.Section?) -> HTML {
    guard let access else { return "" }
    let entries: [HTML] = Page.Section.allCases.filter { $0.isFor(access) }.map { section in
      let mark: HTML = section == present ? " aria-current=\"page\"" : ""
      return "<li><a href=\"\(section.rawValue)\"\(mark)>\(section.title(words))</a></li>\n"
    }
    return "<nav aria-label=\"\(words("Main", "メイン"))\"><ul>\n\(entries)</ul></nav>"
  }

  private var person: HTML {
    guard let access else { return "" }
    return """
      <span>\(HTML.foreign(access.name, limit: 64))</span>
      <form method="post" action="/sign-out">\(token)<button class="quiet">\(words("Sign out", "サインアウト"))</button></form>
      """
  }

  /// The hidden field of every form that changes something.
  var token: HTML { "<input type=\"hidden\" name=\"csrf\" value=\"\(csrf)\">" }
}
