package import Wording

/// Why a step is not well: a closed list, so that it can be told to others without names and addresses.
package enum NetCause: String, Hashable, Sendable, Codable, CaseIterable {
  case noLink = "no_link"
  case noAddress = "no_address"
  case selfAssigned = "self_assigned"
  case noRoute = "no_route"
  case routerSilent = "router_silent"
  case noNameServer = "no_name_server"
  case nameServerSilent = "name_server_silent"
  case nameUnknown = "name_unknown"
  case clockUnset = "clock_unset"
  case clockFree = "clock_free"
  case refused, silent, unreachable
  case notTrusted = "not_trusted"
  case wrongName = "wrong_name"
  case expired
  case notYetValid = "not_yet_valid"
  case certificateRefused = "certificate_refused"
  case noTLS = "no_tls"
  case files
  case notLetIn = "not_let_in"
  case busy
  case otherProtocol = "other_protocol"
  case lost
  /// The connection ended within the handshake, without a word of why.
  case cut
  case mayNotRead = "may_not_read"
  case mayNotWrite = "may_not_write"
  case rightsUnknown = "rights_unknown"
  case nobodyStores = "nobody_stores"
  /// A step before it failed.
  case earlier
  /// Nobody is reported to.
  case noDestination = "no_destination"
  /// The owner withdrew the consent to report.
  case withdrawn
  /// The configuration names a broker without TLS.
  case plain
}

extension NetCause {
  /// What is wrong, in a sentence.
  package var text: LocalizedText {
    switch self {
    case .noLink: LocalizedText(ja: "つながっているインターフェースがありません", en: "no interface has a link")
    case .noAddress: LocalizedText(ja: "アドレスがありません", en: "it has no address")
    case .selfAssigned:
      LocalizedText(
        ja: "自分で付けたアドレスしかありません（DHCP の応答なし）",
        en: "it has only an address of its own making: nobody answers DHCP")
    case .noRoute: LocalizedText(ja: "外へ出る経路がありません", en: "no route leads out")
    case .routerSilent: LocalizedText(ja: "上位ルーターが応答しません", en: "the router that leads out does not answer")
    case .noNameServer: LocalizedText(ja: "ネームサーバーの設定がありません", en: "no name server is set")
    case .nameServerSilent: LocalizedText(ja: "ネームサーバーが応答しません", en: "no name server answers")
    case .nameUnknown: LocalizedText(ja: "その名前のアドレスがありません", en: "the name has no address")
    case .clockUnset: LocalizedText(ja: "時計が設定されていません", en: "the clock was never set")
    case .clockFree: LocalizedText(ja: "時計が合わせられていません", en: "nobody keeps the clock right")
    case .refused: LocalizedText(ja: "接続が拒否されました", en: "the connection was refused")
    case .silent: LocalizedText(ja: "応答がありません", en: "nothing answers")
    case .unreachable: LocalizedText(ja: "そこへの経路がありません", en: "there is no way to it")
    case .notTrusted:
      LocalizedText(
        ja: "相手の証明書が、登録時の認証局のものではありません", en: "its certificate is not from the authority of the enrolment")
    case .wrongName: LocalizedText(ja: "相手の証明書の名前が違います", en: "its certificate is for another name")
    case .expired: LocalizedText(ja: "相手の証明書は期限切れです", en: "its certificate has expired")
    case .notYetValid: LocalizedText(ja: "相手の証明書はまだ有効期間に入っていません", en: "its certificate is not valid yet")
    case .certificateRefused:
      LocalizedText(ja: "相手がこのゲートウェイの証明書を受け入れません", en: "it does not take this gateway's certificate")
    case .noTLS: LocalizedText(ja: "相手は TLS で話しません", en: "it does not speak TLS")
    case .files: LocalizedText(ja: "証明書か鍵のファイルが読めません", en: "a certificate or key file cannot be read")
    case .notLetIn: LocalizedText(ja: "相手がこのゲートウェイを受け入れません", en: "it does not let this gateway in")
    case .busy: LocalizedText(ja: "相手は混み合っています", en: "it is busy")
    case .otherProtocol: LocalizedText(ja: "相手は MQTT で話しません", en: "it does not speak MQTT")
    case .lost: LocalizedText(ja: "接続が切られました", en: "it ended the connection")
    case .cut:
      LocalizedText(ja: "何も言わずに接続を切られました", en: "it ended the connection without a word of why")
    case .mayNotRead: LocalizedText(ja: "自分宛ての話題を読めません", en: "this gateway may not read its topics")
    case .mayNotWrite: LocalizedText(ja: "自分の話題に書けません", en: "this gateway may not write its topics")
    case .rightsUnknown: LocalizedText(ja: "権限は確かめられません", en: "its rights cannot be told")
    case .nobodyStores:
      LocalizedText(ja: "報告を受け取るコレクターがいません", en: "no collector is there that would store what is reported")
    case .earlier: LocalizedText(ja: "前の段階が解決していません", en: "an earlier step has to work first")
    case .noDestination: LocalizedText(ja: "報告先がありません", en: "nothing is reported to anybody")
    case .withdrawn: LocalizedText(ja: "報告の同意が取り消されています", en: "the consent to report was withdrawn")
    case .plain: LocalizedText(ja: "TLS なしの報告先です", en: "the configuration names a broker without TLS")
    }
  }
}
