/// What to do and why, in easy Japanese: by what there is to do, since those who need it are helped by few sentences.
enum EasyWords {
  /// What is wrong, in one sentence.
  static func what(isSeenOutside: Bool) -> String {
    isSeenOutside
      ? "いえの そとから だれでも 入れる ように なって います。" : "この きかいの せっていが あぶないです。"
  }

  /// What happens if nothing is done.
  static func risk(isSeenOutside: Bool) -> String {
    isSeenOutside
      ? "そのままだと しらない 人が つかうかも しれません。" : "そのままだと わるい 人に つかわれるかも しれません。"
  }

  /// One thing to do, by the id of a remedy; the last is for one that is newer than this side.
  static func action(_ remedy: String) -> String {
    switch remedy {
    case "turn-off": "きかいの せっていで この きのうを とめて ください。"
    case "take-off-internet": "ルーターの せっていで この きかいを そとから 見えなく して ください。"
    case "set-password": "きかいの せっていで ながい パスワードを つけて ください。"
    case "update-software": "メーカーの あたらしい ソフトを 入れて ください。"
    case "replace-device": "あたらしい きかいに かえて ください。"
    case "limit-to-partner": "つかう きかいだけが つながる ように して ください。"
    case "separate-network": "せつびの かかりの 人に そうだん して ください。"
    case "rename-page": "がめんの だいから たてものの 名まえを けして ください。"
    case "restart-one": "きかいの でんげんを きって、 30びょう まって、 入れて ください。"
    case "secure-page": "きかいの せっていで HTTPSを つかう ように して ください。"
    case "answer-only-inside": "いえの 中の きかいだけに こたえる ように して ください。"
    case "leave-as-is": "いえの 中だけで つかうなら そのままで いいです。"
    case "look-at-device": "きかいが いつもの ように うごくか 見て ください。"
    default: "くわしい 人に この きかいを 見て もらって ください。"
    }
  }
}
