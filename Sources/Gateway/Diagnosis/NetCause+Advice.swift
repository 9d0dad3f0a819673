package import Wording

extension NetCause {
  /// What to do next; `nil` where there is nothing to do.
  package var advice: LocalizedText? {
    switch self {
    case .noLink:
      LocalizedText(
        ja: "ケーブルと相手側の機器の電源を確かめてください（'ip link' で状態が見えます）。",
        en: "Check the cable and the power at its other end; 'ip link' shows the links.")
    case .noAddress, .selfAssigned:
      LocalizedText(
        ja: "上位側の機器（ONU、ルーター）を入れ直すか、アドレスの設定を確かめてください。",
        en: "Restart the equipment on the line's side, or check how this gateway gets its address.")
    case .noRoute:
      LocalizedText(
        ja: "デフォルト経路の設定を確かめてください（'ip route'）。",
        en: "Check where this gateway gets its default route from ('ip route').")
    case .routerSilent:
      LocalizedText(
        ja: "上位ルーターの電源とケーブルを確かめ、入れ直してください。",
        en: "Check power and cable of the router on the line's side, and restart it.")
    case .noNameServer:
      LocalizedText(
        ja: "/etc/resolv.conf にネームサーバーを書くか、DHCP の設定を確かめてください。",
        en: "Name a server in /etc/resolv.conf, or check what DHCP brings.")
    case .nameServerSilent:
      LocalizedText(
        ja: "回線がつながっているか、/etc/resolv.conf のアドレスが正しいかを確かめてください。",
        en: "Check that the line is up, and the addresses in /etc/resolv.conf.")
    case .nameUnknown:
      LocalizedText(
        ja: "名前のつづりを確かめ、正しければプロバイダーに問い合わせてください。",
        en: "Check how the name is spelt; if it is right, ask the provider.")
    case .clockUnset, .clockFree:
      LocalizedText(
        ja: "時刻合わせを動かしてください: systemctl enable --now systemd-timesyncd（または chrony）。",
        en: "Have it kept right: systemctl enable --now systemd-timesyncd (or chrony).")
    case .refused:
      LocalizedText(
        ja: "ポート番号を確かめ、正しければ報告先の運用者に、broker が動いているか問い合わせてください。",
        en: "Check the port; if it is right, ask whoever runs the broker whether it is up.")
    case .silent, .unreachable:
      LocalizedText(
        ja: "途中のファイアウォールがこのポートを通すか確かめ、運用者に問い合わせてください。",
        en: "Check that no firewall on the way blocks this port, and ask whoever runs the broker.")
    case .notTrusted, .wrongName, .expired:
      LocalizedText(
        ja: "運用者に伝えてください。認証局が変わったのなら 'kadomori unenrol' のあと登録し直します。",
        en: "Tell whoever runs the broker; if its authority changed, enrol anew after 'kadomori unenrol'.")
    case .notYetValid:
      LocalizedText(
        ja: "このゲートウェイの時計を合わせてください。", en: "Set this gateway's clock.")
    case .certificateRefused, .notLetIn:
      LocalizedText(
        ja: "登録が取り消されていないか運用者に確かめ、必要なら登録し直してください。",
        en: "Ask whoever runs the broker whether this gateway was revoked; if need be, enrol anew.")
    case .cut:
      LocalizedText(
        ja: "このゲートウェイの証明書が受け入れられていないことが多いため、登録が取り消されていないか運用者に確かめてください。",
        en:
          "Mostly it does not take this gateway's certificate: ask whoever runs the broker whether it was revoked."
      )
    case .noTLS, .otherProtocol:
      LocalizedText(
        ja: "ホストとポートの設定を確かめてください。", en: "Check host and port of the configuration.")
    case .files:
      LocalizedText(
        ja: "状態ディレクトリのファイルを確かめるか、登録し直してください。",
        en: "Check the files in the state directory, or enrol anew.")
    case .busy, .lost:
      LocalizedText(ja: "少し待ってもう一度試してください。", en: "Wait a little, and try again.")
    case .mayNotRead, .mayNotWrite:
      LocalizedText(
        ja: "運用者に、broker の権限リスト（kadomori-collector broker-config）を確かめるよう頼んでください。",
        en: "Ask whoever runs the broker to check its access list (kadomori-collector broker-config).")
    case .rightsUnknown:
      LocalizedText(
        ja: "エージェントを一度起動してから、もう一度試してください。", en: "Start the agent once, and try again.")
    case .nobodyStores:
      LocalizedText(
        ja: "報告は送らずに保管されます。運用者に、コレクターが動いているか問い合わせてください。",
        en: "Reports wait here meanwhile. Ask whoever runs the broker whether a collector is up.")
    case .noDestination:
      LocalizedText(
        ja: "報告するには 'kadomori enrol' か 'kadomori setup' を使います。",
        en: "To report, use 'kadomori enrol' or 'kadomori setup'.")
    case .earlier, .withdrawn, .plain: nil
    }
  }
}
