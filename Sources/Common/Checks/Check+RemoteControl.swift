import Posture
import Wording

/// Ways to operate a device from afar.
extension Check {
  /// Telnet is bad also where a device needs it: whoever listens on the LAN reads the password.
  ///
  /// Then the finding stays, and the remedy is to limit who may connect.
  static let telnetOpen = speaking(
    [.telnet], "telnet-open", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "古い遠隔操作の入口 (Telnet) が開いています", en: "An old door for remote control (telnet) is open"),
    reason: LocalizedText(
      ja: "パスワードがそのまま流れ、機器を乗っ取るウイルスが真っ先に試す入口です。",
      en: "It sends the password readable for all, and it is the first door that device viruses try."),
    remedy: .turnOff, references: ["RFC 854", "https://notice.go.jp/"])

  static let serialConsole = service(
    "serial-console-on-network", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "機械の操作端子がネットワークにつながっています", en: "A machine's console is open on the network"),
    reason: LocalizedText(
      ja: "つなぐだけで、奥にある機械をじかに操作できてしまいます。",
      en: "Whoever connects can operate the machine behind it at once."),
    remedy: .limitToPartner, references: ["RFC 2217"], supersedes: ["telnet-open"]
  ) { service, _ in
    let makers = ["ser2net", "lantronix", "nport", "portserver", "digi connect"]
    let banner = service.facts[.banner]?.lowercased() ?? ""
    return [.telnet, .unknown].contains(service.protocol) && makers.contains { banner.contains($0) }
  }

  static let vncOpen = service(
    "vnc-open", .medium, onInternet: .high,
    title: LocalizedText(ja: "画面の遠隔操作 (VNC) が開いています", en: "Remote control of a screen (VNC) is open"),
    reason: LocalizedText(
      ja: "パスワードを当てられると、画面を見られ、操作されます。",
      en: "Whoever guesses the password sees the screen and operates it."),
    remedy: .turnOff, references: ["RFC 6143"]
  ) { service, _ in service.protocol == .vnc && !service.letsAnyoneIn }

  static let vncAnonymous = service(
    "vnc-anonymous", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "画面の遠隔操作 (VNC) にパスワードがありません", en: "Remote control of a screen (VNC) has no password"),
    reason: LocalizedText(
      ja: "だれでも画面を見て、操作できます。", en: "Anybody can see the screen and operate it."),
    remedy: .setPassword, references: ["RFC 6143"]
  ) { service, _ in service.protocol == .vnc && service.letsAnyoneIn }

  static let rdpOpen = speaking(
    [.rdp], "rdp-open", .low, onInternet: .high,
    title: LocalizedText(
      ja: "パソコンの遠隔操作 (リモートデスクトップ) が開いています",
      en: "Remote control of a computer (Remote Desktop) is open"),
    reason: LocalizedText(
      ja: "パスワードを当てられると、パソコンを丸ごと使われます。",
      en: "Whoever guesses the password has the whole computer."),
    remedy: .turnOff,
    references: ["https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpbcgr/"])

  static let x11Open = speaking(
    [.x11], "x11-open", .medium, onInternet: .high,
    title: LocalizedText(ja: "画面表示の入口 (X11) が開いています", en: "A door to the screen (X11) is open"),
    reason: LocalizedText(
      ja: "画面とキーボードの入力を読み取られるおそれがあります。",
      en: "Others may read the screen and what is typed."),
    remedy: .turnOff, references: ["https://www.x.org/releases/current/doc/xproto/x11protocol.html"])

  static let adbOpen = speaking(
    [.adb], "adb-open", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(ja: "開発用の入口 (ADB) が開いています", en: "A door for developers (ADB) is open"),
    reason: LocalizedText(
      ja: "ここからアプリを勝手に入れられ、攻撃に使われます。",
      en: "Others can install programs through it and use the device for attacks."),
    remedy: .turnOff, references: ["https://developer.android.com/tools/adb"])
}
