package import Wording

/// Why a port should be closed, or should not: a closed list.
package enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
  case fromInternet = "from_internet"
  case maybeFromInternet = "maybe_from_internet"
  case fromLAN = "from_lan"
  case blocked
  case hardList = "hard_list"
  case industrial
  case forward, mapping, native, container
  case ownerKnown = "owner_known"
  case ownerUnknown = "owner_unknown"
  case needed
  case notNeeded = "not_needed"
  case used
  case unusedForDay = "unused_for_day"
  case unusedWhileLearning = "unused_while_learning"
  case learning
  case notLearning = "not_learning"
  case adminSession = "admin_session"
  case essential
  case temporary
  case ourselves
}

extension Reason {
  /// Whether it was learned by watching, and not told by somebody.
  package var isLearned: Bool {
    switch self {
    case .used, .unusedForDay, .unusedWhileLearning: true
    default: false
    }
  }

  package var text: LocalizedText {
    switch self {
    case .fromInternet: LocalizedText(ja: "インターネットから届きます", en: "can be reached from the Internet")
    case .maybeFromInternet:
      LocalizedText(ja: "インターネットから届くかもしれません", en: "may be reachable from the Internet")
    case .fromLAN: LocalizedText(ja: "LAN の中からだけ届きます", en: "can be reached from the LAN only")
    case .blocked: LocalizedText(ja: "すでに遮断されています", en: "is kept out by the packet filter already")
    case .hardList:
      LocalizedText(ja: "攻撃者が最初に試すポートです", en: "is among the ports that attackers try first")
    case .industrial:
      LocalizedText(
        ja: "産業用設備のポートです。現場を知る人が決めてください", en: "belongs to plants: somebody who knows the site decides")
    case .forward: LocalizedText(ja: "ほかの機器へ転送されています", en: "is forwarded to another host")
    case .mapping:
      LocalizedText(ja: "機器が自分で開けた窓口です (UPnP)", en: "was opened by a device for itself (UPnP)")
    case .native: LocalizedText(ja: "機器が自分の番地で直接届きます", en: "is a device's own address on the Internet")
    case .container: LocalizedText(ja: "コンテナのポートです", en: "belongs to a container")
    case .ownerKnown: LocalizedText(ja: "どのプログラムのものか分かっています", en: "its owner is known")
    case .ownerUnknown:
      LocalizedText(ja: "どのプログラムのものか分かりません", en: "nobody knows whose it is, and so what would stop working")
    case .needed: LocalizedText(ja: "外から必要です", en: "is needed from there")
    case .notNeeded: LocalizedText(ja: "必要ないとされています", en: "is said not to be needed")
    case .used: LocalizedText(ja: "外との通信がありました（観測）", en: "somebody outside has used it (learned)")
    case .unusedForDay:
      LocalizedText(ja: "24 時間以上使われていません（観測）", en: "nobody has used it for a day or more (learned)")
    case .unusedWhileLearning:
      LocalizedText(
        ja: "観測期間中に一度も使われませんでした（観測）", en: "nobody has used it for the whole time of learning (learned)")
    case .learning: LocalizedText(ja: "まだ観測の途中です", en: "the time of learning is not over")
    case .notLearning: LocalizedText(ja: "利用の観測がまだ始まっていません", en: "use is not being learned yet")
    case .adminSession:
      LocalizedText(ja: "いま管理者が接続しています", en: "an administrator's session uses it now")
    case .essential:
      LocalizedText(ja: "回線や LAN の働きに欠かせません", en: "the line or the LAN cannot do without it")
    case .temporary:
      LocalizedText(ja: "プログラムが一時的に使うポートです", en: "is a client's port that stays open for a while only")
    case .ourselves: LocalizedText(ja: "門守自身のポートです", en: "is Kadomori's own")
    }
  }
}
