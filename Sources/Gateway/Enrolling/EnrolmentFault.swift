package import Cryptography
package import FleetContract
package import LinuxIO
package import Wording

/// Why a gateway was not enrolled, or got no new certificate.
package enum EnrolmentFault: Error, Hashable, Sendable {
  case noAddress
  case unreachable(SystemError)
  case timeout
  /// Nobody at the address can prove to be the collector; nothing was said to it.
  case notBelieved(TLSRefusal)
  /// TLS could not be agreed on; the text is OpenSSL's.
  case tls(String)
  /// What answers is no collector, or one that answers nonsense.
  case answer(String)
  case refused(EnrolmentRefusal)
}

extension EnrolmentFault {
  /// What happened and what to do, for a reader at the gateway.
  package func text(of collector: CollectorAddress, isClockSet: Bool) -> LocalizedText {
    switch self {
    case .noAddress:
      LocalizedText(
        ja: "\(collector.host) のアドレスが見つかりません。つづりと、この機器の DNS を確かめてください。",
        en: "no address found for \(collector.host); check its spelling and this machine's DNS")
    case .unreachable(let error):
      LocalizedText(
        ja: "\(collector) につながりません（\(error.reason)）。アドレスとポート、途中のファイアウォールを確かめてください。",
        en:
          "\(collector) cannot be reached (\(error.reason)); check address, port and the firewalls in between"
      )
    case .timeout:
      LocalizedText(
        ja: "\(collector) から時間内に答えがありません。もう一度試し、続くときは事業者に知らせてください。",
        en: "\(collector) did not answer in time; try again, and tell the provider if it stays so")
    case .notBelieved(let refusal): refusal.text(of: collector, isClockSet: isClockSet)
    case .tls(let reason):
      LocalizedText(
        ja: "\(collector) と安全な接続ができません（\(reason)）。ポートが合っているか確かめてください。",
        en: "no secure connection to \(collector) (\(reason)); check that the port is the one for enrolment")
    case .answer(let what):
      LocalizedText(
        ja: "\(collector) の答えを理解できません（\(what)）。アドレスを確かめてください。何も保存していません。",
        en:
          "\(collector) gave an answer that is not understood (\(what)); check the address. Nothing was kept")
    case .refused(let refusal): refusal.text(of: collector)
    }
  }
}

extension TLSRefusal {
  fileprivate func text(of collector: CollectorAddress, isClockSet: Bool) -> LocalizedText {
    let clock = LocalizedText(
      ja: isClockSet ? "" : "この機器の時計は合わせられていません。", en: isClockSet ? "" : "; this machine's clock is not set")
    switch self {
    case .notPinned:
      return LocalizedText(
        ja: "\(collector) は、このトークンを発行した事業者のものではありません。秘密は何も送っていません。アドレスとトークンを確かめてください。",
        en: "\(collector) is not the collector this token belongs to; nothing secret was sent. Check both")
    case .untrusted(let reason):
      return LocalizedText(
        ja: "\(collector) の証明書を信用できません（\(reason)）。秘密は何も送っていません。事業者に知らせてください。",
        en:
          "the certificate of \(collector) is not to be trusted (\(reason)); nothing secret was sent. Tell the provider"
      )
    case .wrongName(let names):
      let known = names.joined(separator: ", ")
      return LocalizedText(
        ja: "\(collector) の証明書は別の名前のものです（\(known)）。--collector にはその名前を使ってください。",
        en: "the certificate of \(collector) is for other names (\(known)); use one of them for --collector")
    case .notYetValid(let from):
      return LocalizedText(
        ja: "\(collector) の証明書は \(from) から有効です。\(clock.ja)この機器の時計を確かめてください。",
        en: "the certificate of \(collector) is valid from \(from) on\(clock.en); check this machine's clock")
    case .expired(let until):
      return LocalizedText(
        ja: "\(collector) の証明書は \(until) に期限が切れています。\(clock.ja)時計が正しければ、事業者に知らせてください。",
        en:
          "the certificate of \(collector) expired on \(until)\(clock.en); if the clock is right, tell the provider"
      )
    }
  }
}

extension EnrolmentRefusal {
  fileprivate func text(of collector: CollectorAddress) -> LocalizedText {
    let (ja, en): (String, String) =
      switch error {
      case .tokenUnknown:
        ("このトークンは登録されていません。書き写しを確かめてください。", "it knows no such token; check how it was copied")
      case .tokenUsed: ("このトークンはもう使われました。新しいものをもらってください。", "the token has been used; ask for a new one")
      case .tokenExpired: ("このトークンは期限切れです。新しいものをもらってください。", "the token has expired; ask for a new one")
      case .tokenRevoked: ("このトークンは取り消されました。新しいものをもらってください。", "the token was revoked; ask for a new one")
      case .claimRefused: ("出荷時の証明書が認められません。", "it does not take this claim certificate; check the files")
      case .claimExpired: ("出荷時の証明書は期限切れです。", "the claim certificate has expired; use a token")
      case .claimUsedUp: ("出荷時の証明書は使い切られました。", "the claim certificate is used up; use a token")
      case .certificateForeign:
        (
          "この機器の証明書を知りません。'kadomori unenrol' のあと、登録し直してください。",
          "it does not know this gateway's certificate; enrol anew after 'kadomori unenrol'"
        )
      case .gatewayRevoked:
        (
          "このゲートウェイの登録は取り消されました。'kadomori unenrol' のあと、登録し直してください。",
          "this gateway was revoked; to join again, enrol anew after 'kadomori unenrol'"
        )
      case .slowDown: ("試しすぎです。しばらく待ってください。", "too many wrong attempts; wait a while")
      case .unavailable: ("いま登録できません。あとで試してください。", "it cannot enrol anybody at the moment; try later")
      case .badRequest, .tooLarge, .refused: ("断られました（\(printable)）。", "it says: \(printable)")
      }
    return LocalizedText(ja: "\(collector): \(ja)", en: "\(collector) refused: \(en)")
  }

  /// The collector's own words, as a terminal may show them.
  private var printable: String {
    String(decoding: detail.utf8.prefix(200).filter { (0x20...0x7e).contains($0) }, as: UTF8.self)
  }
}
