import Agent
import Wording

/// What setting up will do, as a person reads it before it is done.
struct SetupText {
  var plan: SetupPlan
  /// The LANs of the plan by which the default route leads out.
  var leadingOut: [String]
  var terminal: Terminal
  var language: Language

  var rendered: String {
    let lans = plan.wish.lans
    var rows: [(String, String)] = [
      (
        words("scans", "調べる"),
        lans.isEmpty ? words("nothing", "なし") : lans.joined(separator: " ")
      ),
      (
        words("reports to", "報告先"),
        plan.wish.broker.map { "\($0.host):\($0.port)" }
          ?? words("nobody, unless it is enrolled", "なし（登録した場合はその登録先）")
      ),
      (
        words("allows", "許可"),
        plan.wish.allowed.isEmpty
          ? words("nothing further", "ほかにはなし")
          : plan.wish.allowed.map(\.rawValue).sorted().joined(separator: " ")
      ),
      (words("file", "ファイル"), file),
    ]
    rows += plan.grants.map {
      (words("records", "記録"), words("the consent to \($0.rawValue)", "\($0.rawValue) への同意"))
    }
    rows += leadingOut.map {
      (
        words("note", "注意"),
        words(
          "\($0) leads to the Internet too: name it only if its network is yours",
          "\($0) はインターネット側にもつながっています。自分のネットワークである場合だけ指定してください")
      )
    }
    var text = Rows.render(words("What setup does", "設定の内容"), rows, terminal)
    if plan.file != .unchanged {
      text +=
        "\n" + plan.text.split(separator: "\n").suffix(24).map { "  | \($0)" }.joined(separator: "\n") + "\n"
    }
    return text
  }

  private var file: String {
    switch plan.file {
    case .unchanged: words("\(plan.path) says so already", "\(plan.path) はすでにこの内容です")
    case .new: words("\(plan.path) is written", "\(plan.path) に書きます")
    case .replaces(let copy):
      words(
        "\(plan.path) is replaced; its comments go, and a copy stays at \(copy)",
        "\(plan.path) を置き換えます（コメントは消え、控えが \(copy) に残ります）")
    }
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
}
