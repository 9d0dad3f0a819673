// Checkup looks at each thing a collector needs, one after the other, and says what is wrong with it and what to do.

package import Wording

/// One thing a collector needs, and what was found.
package struct CheckupStep: Sendable {
  /// The things in the order in which they are looked at.
  package enum Subject: String, Sendable, Codable, CaseIterable {
    /// The directory of everything it keeps.
    case state
    case disk, clock, store
    /// Whether a collector runs on that state.
    case service
    case broker
    case certificates
    /// Who may read its keys and passwords.
    case secrets
    case notices
  }

  package enum Outcome: String, Sendable, Codable, CaseIterable {
    case ok
    /// It works, and will not for long.
    case warning
    case failed
    /// There is nothing of the kind here.
    case notNeeded = "not_needed"
  }

  package var step: Subject
  package var outcome: Outcome
  /// The facts: paths, numbers, what the system said.
  package var detail: String
  /// What is wrong; `nil` where nothing is.
  package var cause: CheckupCause?

  package init(_ step: Subject, _ outcome: Outcome, _ detail: String, _ cause: CheckupCause? = nil) {
    self.step = step
    self.outcome = outcome
    self.detail = detail
    self.cause = cause
  }
}

extension CheckupStep: Encodable {
  private enum CodingKeys: CodingKey {
    case step, outcome, detail, cause, action
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(detail, forKey: .detail)
    try container.encodeIfPresent(cause, forKey: .cause)
    try container.encodeIfPresent(cause?.action, forKey: .action)
  }
}

/// Why something is not well.
package enum CheckupCause: String, Sendable, Codable, CaseIterable {
  case missing, notOurs = "not_ours", openToOthers = "open_to_others"
  case nearlyFull = "nearly_full", full
  case clockFree = "clock_free", clockBehind = "clock_behind"
  case storeUnusable = "store_unusable"
  case notRunning = "not_running"
  case unreachable, notLetIn = "not_let_in"
  case expired, expiresSoon = "expires_soon", unreadable
  case notSent = "not_sent"
  case noFont = "no_font"

  /// What it means.
  package var meaning: LocalizedText {
    switch self {
    case .missing: LocalizedText(ja: "見つかりません", en: "is not there")
    case .notOurs: LocalizedText(ja: "書き込めません", en: "cannot be written")
    case .openToOthers: LocalizedText(ja: "ほかの利用者に読めます", en: "can be read by others")
    case .nearlyFull: LocalizedText(ja: "空きが少なくなっています", en: "is nearly full")
    case .full: LocalizedText(ja: "空きがありません", en: "is full")
    case .clockFree: LocalizedText(ja: "時計を合わせるものがありません", en: "nobody keeps the clock right")
    case .clockBehind: LocalizedText(ja: "時計が遅れています", en: "the clock is behind what was stored")
    case .storeUnusable: LocalizedText(ja: "開けません", en: "cannot be opened")
    case .notRunning: LocalizedText(ja: "動いていません", en: "does not run")
    case .unreachable: LocalizedText(ja: "つながりません", en: "takes no connection")
    case .notLetIn: LocalizedText(ja: "受け入れてくれません", en: "does not let us in")
    case .expired: LocalizedText(ja: "有効期限が切れています", en: "has expired")
    case .expiresSoon: LocalizedText(ja: "まもなく有効期限が切れます", en: "expires soon")
    case .unreadable: LocalizedText(ja: "読めません", en: "cannot be read")
    case .notSent: LocalizedText(ja: "送れなかったお知らせがあります", en: "some notices could not be sent")
    case .noFont: LocalizedText(ja: "日本語の手紙を作るフォントがありません", en: "no font has what a letter in Japanese needs")
    }
  }

  /// What to do next.
  package var action: LocalizedText {
    switch self {
    case .missing:
      LocalizedText(
        ja: "'kadomori-collector run' を一度動かすか、--state で場所を指定してください。",
        en: "Run 'kadomori-collector run' once, or name the directory with --state.")
    case .notOurs:
      LocalizedText(
        ja: "ディレクトリーの持ち主を collector の利用者に直してください（chown）。",
        en: "Give the directory to the user the collector runs as (chown).")
    case .openToOthers:
      LocalizedText(
        ja: "'chmod go-rwx' で、ほかの利用者から読めないようにしてください。",
        en: "Take that from others with 'chmod go-rwx'.")
    case .nearlyFull:
      LocalizedText(
        ja: "場所を空けるか、設定の 'retention:' を短くしてください。",
        en: "Free space, or shorten 'retention:' in the configuration.")
    case .full:
      LocalizedText(
        ja: "すぐに場所を空けてください。それまでは何も保存されず、受け取りも返しません。",
        en: "Free space now; until then nothing is stored or acknowledged.")
    case .clockFree:
      LocalizedText(
        ja: "時刻合わせを動かしてください: systemctl enable --now systemd-timesyncd（または chrony）。",
        en: "Have it kept right: systemctl enable --now systemd-timesyncd (or chrony).")
    case .clockBehind:
      LocalizedText(
        ja: "時計を合わせてから collector を動かし直してください。",
        en: "Set the clock, then restart the collector.")
    case .storeUnusable:
      LocalizedText(
        ja: "'kadomori-collector store check' で調べ、だめなら 'store restore' で戻してください。",
        en:
          "Look with 'kadomori-collector store check'; if need be, bring a backup back with 'store restore'.")
    case .notRunning:
      LocalizedText(
        ja: "動かしてください: systemctl start kadomori-collector。",
        en: "Start it: systemctl start kadomori-collector.")
    case .unreachable:
      LocalizedText(
        ja: "broker が動いているか、アドレスとポート、途中のファイアウォールを確かめてください。",
        en: "Check that the broker runs, its address and port, and firewalls on the way.")
    case .notLetIn:
      LocalizedText(
        ja: "broker のログで理由を見て、利用者名・パスワード・証明書を確かめてください。",
        en: "See why in the broker's log; check user name, password and certificate.")
    case .expired, .expiresSoon:
      LocalizedText(
        ja: "collector が作ったものは動かし直すと新しくなります。ほかは発行元で更新してください。",
        en: "Those of the collector's own are renewed when it restarts; have others renewed by their issuer.")
    case .unreadable:
      LocalizedText(
        ja: "ファイルの名前と持ち主を確かめ、管理者として動かしてみてください。",
        en: "Check the file's name and owner, and try it as root.")
    case .notSent:
      LocalizedText(
        ja: "'kadomori-collector notices outbox' で理由を見てください。",
        en: "See why with 'kadomori-collector notices outbox'.")
    case .noFont:
      LocalizedText(
        ja: "フォントを入れてください: apt install fonts-noto-cjk（または fonts-ipaexfont-gothic）。",
        en: "Install one: apt install fonts-noto-cjk (or fonts-ipaexfont-gothic).")
    }
  }
}

extension CheckupStep.Subject {
  package var name: LocalizedText {
    switch self {
    case .state: LocalizedText(ja: "状態ディレクトリー", en: "state directory")
    case .disk: LocalizedText(ja: "ディスク", en: "disk")
    case .clock: LocalizedText(ja: "時計", en: "clock")
    case .store: LocalizedText(ja: "記録", en: "store")
    case .service: LocalizedText(ja: "collector", en: "collector")
    case .broker: LocalizedText(ja: "broker", en: "broker")
    case .certificates: LocalizedText(ja: "証明書", en: "certificates")
    case .secrets: LocalizedText(ja: "鍵とパスワード", en: "keys and passwords")
    case .notices: LocalizedText(ja: "お知らせ", en: "notices")
    }
  }
}
