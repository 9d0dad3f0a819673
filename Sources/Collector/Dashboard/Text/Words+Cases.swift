import Campaigns
import Casework
import Correlate
import FleetStore
import Posture

extension Words {
  func stage(_ stage: FindingCase.Stage?) -> String {
    switch stage {
    case .detected: self("detected", "検出")
    case .notified: self("notified", "通知済み")
    case .acknowledged: self("acknowledged", "確認済み")
    case .acted: self("acted on", "対応済み")
    case .closedInside: self("closed inside, open outside", "内側は解消、外側は開放")
    case .closed: self("closed", "解消")
    case .reopened: self("reopened", "再発")
    case nil: self("unknown", "不明")
    }
  }

  func step(_ step: CaseStep.Kind) -> String {
    switch step {
    case .opened: self("found by the gateway", "ゲートウェイが検出")
    case .notified: self("somebody was told", "通知した")
    case .returned: self("the notice came back", "通知が届かず戻った")
    case .acknowledged: self("acknowledged", "確認された")
    case .acted: self("acted on", "対応した")
    case .closed: self("no longer found by the gateway", "ゲートウェイで検出されなくなった")
    }
  }

  func look(_ state: Look.State) -> String {
    switch state {
    case .seen: self("open", "開放")
    case .notSeen: self("not open", "開放なし")
    case .unknown: self("unknown", "不明")
    }
  }

  func agreement(_ agreement: Agreement) -> String {
    switch agreement {
    case .both: self("both see it", "両方で確認")
    case .insideOnly: self("inside only", "内側のみ")
    case .outsideOnly: self("outside only", "外側のみ")
    case .neither: self("neither sees it", "どちらも確認なし")
    case .unconfirmed: self("unconfirmed", "未確認")
    }
  }

  func campaign(_ state: CampaignState) -> String {
    switch state {
    case .planned: self("planned", "予定")
    case .running: self("running", "実行中")
    case .paused: self("paused", "一時停止")
    case .halted: self("halted: may not go on as it is", "停止（このままでは続行不可）")
    case .stopped: self("stopped", "中止")
    case .done: self("done", "完了")
    }
  }

  func closing(_ outcome: ClosingVerdict.Outcome) -> String {
    switch outcome {
    case .closed: self("closed", "閉鎖を確認")
    case .stillOpen: self("still open", "まだ開放")
    case .unjudged: self("nobody can say", "判定できず")
    }
  }

  func role(_ role: Account.Role) -> String {
    switch role {
    case .operator: self("operator", "運用者")
    case .technician: self("technician", "技術者")
    case .tenant: self("tenant (read only)", "テナント（閲覧のみ）")
    }
  }

  func decision(_ kind: Decision.Kind) -> String {
    switch kind {
    case .accepted: self("accepted", "受容")
    case .muted: self("muted", "非表示")
    }
  }

  func online(_ overview: GatewayOverview) -> String {
    switch overview.online {
    case true?: self("on line", "オンライン")
    case false?: overview.cause == "lost" ? self("lost", "切断") : self("off line", "オフライン")
    case nil: self("not heard of", "未接続")
    }
  }

  func event(_ event: AuditEntry.Event) -> String {
    switch event {
    case .granted: self("enrolment token made", "登録トークン作成")
    case .enrolled: self("gateway enrolled", "ゲートウェイ登録")
    case .refused: self("enrolment refused", "登録拒否")
    case .renewed: self("certificate renewed", "証明書更新")
    case .revoked: self("gateway revoked", "ゲートウェイ失効")
    case .grantRevoked: self("enrolment token revoked", "登録トークン失効")
    case .denied: self("spoke as another", "なりすまし拒否")
    case .decided: self("decision on a finding", "検出事項の判断")
    case .erased: self("data erased", "データ消去")
    case .noted: self("note on a finding", "検出事項の記録")
    case .accountAdded: self("account added", "アカウント追加")
    case .accountRemoved: self("account removed", "アカウント削除")
    case .passwordChanged: self("password changed", "パスワード変更")
    case .signedIn: self("signed in", "サインイン")
    case .signedOut: self("signed out", "サインアウト")
    case .signInRefused: self("sign-in refused", "サインイン拒否")
    case .tokenMade: self("API token made", "APIトークン作成")
    case .tokenRevoked: self("API token revoked", "APIトークン失効")
    }
  }
}
