import Checks
import LocalPage
import Wording

/// What the household's page says of what was pressed.
enum PageWords {
  static let notHere = LocalizedText(
    ja: "このページは、同じネットワークの機器からだけ開けます。", en: "This page opens from devices of this network only.")
  static let refused = LocalizedText(
    ja: "この要求は受け付けられません。アドレスをもう一度入力してください。", en: "This request is refused. Type the page's address again.")
  static let otherPage = LocalizedText(
    ja: "古いページから操作されました。ページを開き直してください。", en: "That came from an old page. Open the page again.")
  static let wrongCode = LocalizedText(ja: "コードが違います。", en: "That is not the code.")
  static let noCode = LocalizedText(
    ja: "有効なコードがありません。新しいコードを発行してください。", en: "There is no code at the moment. Have a new one made.")
  static let locked = LocalizedText(
    ja: "間違いが続いたため、この機器からは 15 分間登録できません。",
    en: "Too many wrong codes: this device has to wait for a quarter of an hour.")
  static let gone = LocalizedText(ja: "すでに状況が変わっています。", en: "That has changed meanwhile.")
  static let later = LocalizedText(
    ja: "少し前に調べたところか、調べない時間帯です。あとでもう一度お試しください。",
    en: "It was looked just now, or this is a quiet hour. Try again later.")
  static let looking = LocalizedText(
    ja: "調べ始めました。数分後にページを開き直してください。", en: "Looking now. Open this page again in a few minutes.")

  static let rolledBack = LocalizedText(
    ja: "閉じるとインターネットにつながらなくなるおそれがあるため、元に戻しました。",
    en: "With it closed the gateway might lose the Internet, so everything was opened again.")

  /// What became of a button; `status` is the exit code of the command line.
  static func outcome(of button: String, _ status: CInt) -> LocalizedText {
    switch (button, AgentError.Code(rawValue: status)) {
    case ("close", _) where status == 0:
      LocalizedText(
        ja: "閉じました。ふだん使うものが動くか確かめて、10 分以内に「閉じたままにする」を押してください。",
        en: "Closed. See whether all you use still works, then press 'keep it closed' within ten minutes.")
    case ("keep", _) where status == 0: LocalizedText(ja: "閉じたままにします。", en: "It stays closed.")
    case ("open", _) where status == 0: LocalizedText(ja: "元に戻しました。", en: "It is open again.")
    case (_, .nothingToDo):
      LocalizedText(
        ja: "このゲートウェイではできません。機器の設定で対応してください。",
        en: "The gateway cannot do that itself. It has to be done at the device.")
    case (_, .notFound), (_, .usage): gone
    default:
      LocalizedText(
        ja: "うまくいきませんでした。少し待ってこのページを開き直し、続くようなら管理している人に連絡してください。",
        en:
          "That did not work. Open this page again in a while, and tell whoever looks after the gateway if it stays so."
      )
    }
  }

  /// What a check says is wrong.
  static func title(of check: String, _ language: Language) -> String {
    Checks[check]?.title[language]
      ?? LocalizedText(ja: "家の機器", en: "a device of the house")[language]
  }
}
