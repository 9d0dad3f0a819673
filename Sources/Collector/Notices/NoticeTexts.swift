/// The sentences of every notice, by language.
///
/// The order is what people asked for: which device, what happened, one thing to do, what happens if not, and that it is
/// looked at again. None asks for an answer, a password or a click.
package struct NoticeTexts: Sendable {
  /// What is known where something is to be done; `count` where other things wait.
  package static let open: Set<NoticeTemplate.Place> = [.device, .what, .action, .risk, .count]
  /// What is known once it is safe.
  package static let closed: Set<NoticeTemplate.Place> = [.device, .time]
  /// What is known where nothing is open.
  package static let clear: Set<NoticeTemplate.Place> = [.count, .time]

  var subject: NoticeTemplate
  /// One sentence or more each; what comes out empty is left out.
  var lines: [NoticeTemplate]
  var safeSubject: NoticeTemplate
  var safe: [NoticeTemplate]
  var allClear: [NoticeTemplate]
  /// How to see that a notice is real; a fraud has no number that the household's own page shows.
  var proof: [NoticeTemplate]
  /// What that page is called.
  var page: String

  /// Those that are used where a provider has none of its own.
  package static func standard(_ language: NoticeLanguage) -> NoticeTexts {
    switch language {
    case .en: english
    case .ja: japanese
    case .easyJa: easyJapanese
    }
  }

  private static func texts(_ lines: String...) -> [NoticeTemplate] { lines.map(NoticeTemplate.init(known:)) }

  private static let english = NoticeTexts(
    subject: NoticeTemplate(known: "Please look at your {{device}}"),
    lines: texts(
      "This is about the {{device}} in your network.", "What we found: {{what}}.",
      "Please do this: {{action}}",
      "If nothing is done: {{risk}}", "We look again by ourselves, and tell you when it is safe.",
      "{{#count}}We found {{count}} more. We tell you about the next when this one is done.{{/count}}"),
    safeSubject: NoticeTemplate(known: "Your {{device}} is safe again"),
    safe: texts(
      "This is about the {{device}} in your network.", "Checked again at {{time}}: safe.", "Thank you."),
    allClear: texts(
      "We looked at {{count}} devices in your network at {{time}}.", "There is nothing for you to do."),
    proof: texts(
      "The number of this notice is {{code}}.",
      "To see that it is from us, open {{page}}. It shows the same number.",
      "We never ask for a password or a payment."),
    page: "the page of your gateway")

  private static let japanese = NoticeTexts(
    subject: NoticeTemplate(known: "ご家庭の{{device}}についてのお知らせ"),
    lines: texts(
      "ご家庭のネットワークにある{{device}}についてのお知らせです。", "分かったこと：{{what}}。", "お願い：{{action}}",
      "そのままにすると：{{risk}}", "こちらでもう一度確かめ、安全になったらお知らせします。",
      "{{#count}}ほかにも{{count}}件あります。これが済んだら、次の一つをお知らせします。{{/count}}"),
    safeSubject: NoticeTemplate(known: "{{device}}は安全になりました"),
    safe: texts(
      "ご家庭のネットワークにある{{device}}についてのお知らせです。", "{{time}}にもう一度確かめました。安全です。", "ありがとうございました。"),
    allClear: texts("{{time}}に、ご家庭の{{count}}台の機器を確かめました。", "していただくことはありません。"),
    proof: texts(
      "このお知らせの確認番号は{{code}}です。", "{{page}}を開いて同じ番号があれば、本物のお知らせです。",
      "パスワードやお支払いをお願いすることは決してありません。"),
    page: "ご家庭のゲートウェイのページ")

  private static let easyJapanese = NoticeTexts(
    subject: NoticeTemplate(known: "{{device}}を 見て ください"),
    lines: texts(
      "あなたの いえの {{device}}の おしらせです。", "{{what}}", "おねがい： {{action}}", "{{risk}}",
      "わたしたちが もう 一ど 見ます。", "あんぜんに なったら おしらせします。",
      "{{#count}}ほかに {{count}}つ あります。 つぎの おしらせを まって ください。{{/count}}"),
    safeSubject: NoticeTemplate(known: "{{device}}は あんぜんに なりました"),
    safe: texts("{{time}}に もう 一ど 見ました。", "{{device}}は あんぜんです。", "ありがとう ございました。"),
    allClear: texts("{{time}}に {{count}}だいの きかいを 見ました。", "だいじょうぶです。", "なにも しなくて いいです。"),
    proof: texts(
      "この おしらせの ばんごうは {{code}}です。", "{{page}}を 見て ください。", "おなじ ばんごうが あれば ほんものです。",
      "わたしたちは パスワードや お金の ことを ききません。"),
    page: "ゲートウェイ（ルーター）の ページ")
}
