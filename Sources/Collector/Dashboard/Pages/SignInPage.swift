/// Where people sign in.
struct SignInPage {
  enum Problem {
    case wrong, tooOften, over
  }

  var problem: Problem?
  var back: String

  func page(_ frame: Frame) -> Page {
    let w = frame.words
    let notice: HTML =
      switch problem {
      case .wrong:
        "<p role=\"alert\" class=\"alert\">\(w("Name or password is wrong.", "名前またはパスワードが違います。"))</p>"
      case .tooOften:
        "<p role=\"alert\" class=\"alert\">\(w("Too many wrong attempts. Wait a minute, then try again.", "間違いが多すぎます。1分待ってからもう一度お試しください。"))</p>"
      case .over:
        "<p role=\"alert\" class=\"alert\">\(w("The form is too old. Please sign in again.", "フォームの期限が切れました。もう一度サインインしてください。"))</p>"
      case nil: ""
      }
    return Page(
      title: w("Sign in", "サインイン"),
      body: """
        \(notice)
        <form method="post" action="/sign-in" class="tall">
        \(frame.token)<input type="hidden" name="back" value="\(back)">
        <p><label for="name">\(w("Name", "名前"))</label>
        <input id="name" name="name" autocomplete="username" autocapitalize="none" required maxlength="64"></p>
        <p><label for="password">\(w("Password", "パスワード"))</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"></p>
        <p><button>\(w("Sign in", "サインイン"))</button></p>
        </form>
        <p>\(w("An operator makes accounts with 'kadomori-collector user add'.", "アカウントは運用者が「kadomori-collector user add」で作成します。"))</p>
        """)
  }
}

/// Says that something is not there, not allowed, or cannot be done now.
struct MessagePage {
  var status: Int

  func page(_ w: Words) -> Page {
    let (title, text): (String, String) =
      switch status {
      case 403:
        (
          w("Not allowed", "許可されていません"),
          w(
            "Your account may not do this, or the page was open for too long. Go back, load it again, and try once more.",
            "このアカウントでは操作できないか、ページの期限が切れています。戻って読み込み直し、もう一度お試しください。")
        )
      case 404: (w("Not found", "見つかりません"), w("There is nothing at this address.", "このアドレスには何もありません。"))
      case 405: (w("Not possible", "できません"), w("This address is not for that.", "このアドレスではその操作はできません。"))
      case 422:
        (
          w("Something is missing", "入力が足りません"),
          w(
            "Give a reason, and a day from tomorrow up to 366 days ahead. Nothing was changed.",
            "理由と、明日から366日以内の日付を入力してください。何も変更されていません。")
        )
      case 429:
        (w("Too many requests", "リクエストが多すぎます"), w("Wait a moment, then try again.", "少し待ってからもう一度お試しください。"))
      case 503:
        (
          w("Not available now", "現在利用できません"),
          w(
            "The store cannot be read or written now. Nothing was changed. Try again in a moment; if it stays so, look at the collector's log.",
            "現在データの読み書きができません。何も変更されていません。しばらくしてからもう一度お試しください。続く場合はコレクターのログを確認してください。")
        )
      default: (w("An error", "エラー"), w("Something went wrong.", "問題が発生しました。"))
      }
    return Page(title: title, body: "<p>\(text)</p>\n<p><a href=\"/\">\(w("Overview", "概要"))</a></p>")
  }
}
