import Posture
import Wording

/// How well a device keeps what travels to and from it secret.
extension Check {
  static let weakTLS = service(
    "weak-tls", .low, onInternet: .medium, excuse: .never,
    title: LocalizedText(
      ja: "通信を守るしくみが古く、破られるおそれがあります", en: "The protection of what travels is old and weak"),
    reason: LocalizedText(
      ja: "通信が、読まれたり書き換えられたりするおそれがあります。",
      en: "Others on the way may read or change what is sent."),
    remedy: .updateSoftware, references: ["RFC 8996", "RFC 9325"], isOncePerDevice: true
  ) { service, _ in service.tls && service.facts[.weak] != nil && service.facts[.tlsVersion] != nil }

  static let weakSSH = service(
    "weak-ssh", .low, onInternet: .medium, excuse: .never,
    title: LocalizedText(
      ja: "遠隔操作 (SSH) の守りが古いままです", en: "The protection of remote control (SSH) is old"),
    reason: LocalizedText(
      ja: "破り方の知られた古い暗号を、今も受け付けています。",
      en: "It still accepts old ciphers that are known to be breakable."),
    remedy: .updateSoftware, references: ["RFC 9142", "RFC 8758"]
  ) { service, _ in service.protocol == .ssh && service.facts[.weak] != nil }

  /// Nobody can tell without knowing what day it is.
  static let certificateExpired = service(
    "certificate-expired", .info, onInternet: .low, excuse: .never,
    title: LocalizedText(
      ja: "機器の身分証明書の期限が切れています", en: "The device's proof of identity has expired"),
    reason: LocalizedText(
      ja: "画面に警告が出て、偽の機器との見分けがつきにくくなります。",
      en: "People get used to the warning, and no longer notice a false device."),
    remedy: .updateSoftware, references: ["RFC 5280"], isOncePerDevice: true
  ) { service, subject in
    guard let now = subject.now, let until = service.facts[.certificateUntil].flatMap({ WallTime($0) }) else {
      return false
    }
    return until < now
  }
}
