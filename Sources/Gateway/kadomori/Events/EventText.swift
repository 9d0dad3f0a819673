import Addresses
import Agent
import Checks
import Posture
import Wording

/// One line for each thing that happened.
struct EventText {
  let language: Language

  func line(_ event: AgentEvent) -> String {
    // A clock that nobody had set is told as such.
    let time = "\(event.time.wholeSeconds)\(event.clockSynced || event.subject == .closing ? " " : "?")"
    let place = event.interface.map { "\($0): " } ?? ""
    let parts = [words(event), thing(event), event.reason.map { "(\(Self.plain($0)))" }].compactMap(\.self)
    return "\(time) \(place)\(parts.filter { !$0.isEmpty }.joined(separator: " "))"
  }

  private func words(_ event: AgentEvent) -> String {
    guard let text = Self.words["\(event.subject.rawValue) \(event.what)"] else {
      return "\(event.subject.rawValue) \(Self.plain(event.what))"
    }
    return text[language]
  }

  /// What it happened to.
  private func thing(_ event: AgentEvent) -> String {
    let title = event.check.map { Checks[$0]?.title[language] ?? Self.plain($0) }
    let id: String? =
      switch event.subject {
      case .finding, .configuration: nil
      default: event.id.map(Self.plain)
      }
    let parts: [String?] = [
      title, event.severity.map { "[\($0.words[language])]" }, event.kind?.words[language],
      event.address?.description, event.port?.description, id, event.count.map(String.init),
      event.address == nil ? event.device.map(Self.plain) : nil,
    ]
    return parts.compactMap(\.self).joined(separator: " ")
  }

  /// A text of a file, without what steers a terminal.
  private static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) }))
  }

  private static let words: [String: LocalizedText] = [
    "agent started": LocalizedText(ja: "エージェントが起動", en: "agent started"),
    "agent stopped": LocalizedText(ja: "エージェントが停止", en: "agent stopped"),
    "agent holds-devices": LocalizedText(
      ja: "停電後、機器を順番に戻す", en: "after the power loss devices come back one after the other:"),
    "agent holds-nothing": LocalizedText(
      ja: "停電後、機器を順番に戻せず", en: "after the power loss no device could be held back"),
    "configuration changed": LocalizedText(ja: "設定が変わった", en: "configuration changed"),
    "scan failed": LocalizedText(ja: "調査できず", en: "scan failed"),
    "scan more": LocalizedText(ja: "ほかにも変化あり", en: "more changed:"),
    "device appeared": LocalizedText(ja: "新しい機器", en: "new device"),
    "device gone": LocalizedText(ja: "機器が見えなくなった", en: "device gone"),
    "device returned": LocalizedText(ja: "機器が戻った", en: "device back"),
    "device port-opened": LocalizedText(ja: "機器の窓口が開いた", en: "device opened a port"),
    "device port-closed": LocalizedText(ja: "機器の窓口が閉じた", en: "device closed a port"),
    "device identity-changed": LocalizedText(ja: "機器の正体が変わった", en: "device turned out to be something else"),
    "device hardware-changed": LocalizedText(
      ja: "機器のハードウェアアドレスが増えた", en: "device has another hardware address"),
    "finding opened": LocalizedText(ja: "新しい指摘", en: "new finding"),
    "finding closed": LocalizedText(ja: "解消した指摘", en: "finding gone"),
    "closing applied": LocalizedText(ja: "試しに閉じた", en: "closed on trial"),
    "closing verified": LocalizedText(ja: "閉じたあとの確認は正常", en: "after closing, all is reached"),
    "closing confirmed": LocalizedText(ja: "閉じたままに確定", en: "kept closed"),
    "closing lapsed": LocalizedText(ja: "確定されず、自動で開いた", en: "not confirmed, so open again"),
    "closing undone": LocalizedText(ja: "開いた", en: "opened again"),
    "closing rolled_back": LocalizedText(
      ja: "届かないものがあり、すぐに開いた", en: "opened at once, as something was not reached any more"),
    "closing reasserted": LocalizedText(
      ja: "ほかのプログラムが消した閉鎖を戻した", en: "put back closings that others had removed:"),
    "closing alarm": LocalizedText(
      ja: "警告: ほかのプログラムが閉鎖を繰り返し消す", en: "ALARM: others remove closings again and again:"),
    "page paired": LocalizedText(ja: "ページにブラウザーを登録", en: "page: a browser was paired"),
    "page forgotten": LocalizedText(ja: "ページの登録をすべて取り消し", en: "page: all browsers were forgotten"),
    "page left": LocalizedText(ja: "ページの登録を取り消し", en: "page: a browser was forgotten"),
    "page wrong-code": LocalizedText(ja: "ページで誤った登録コード", en: "page: a wrong code of pairing"),
    "page close": LocalizedText(ja: "ページで「外から入れない」", en: "page: pressed to keep strangers out"),
    "page keep": LocalizedText(ja: "ページで「閉じたままにする」", en: "page: pressed to keep closed"),
    "page open": LocalizedText(ja: "ページで「元に戻す」", en: "page: pressed to open again"),
    "page look": LocalizedText(ja: "ページで「もう一度調べる」", en: "page: pressed to look again"),
    "page failed": LocalizedText(ja: "ページの操作は失敗", en: "page: what was pressed failed"),
  ]
}
