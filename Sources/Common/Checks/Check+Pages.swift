import Posture
import Wording

/// What a device's pages give away.
extension Check {
  /// A device may need its page, but never that the page's password is readable: a need is no excuse.
  static let pageWithoutTLS = service(
    "management-page-without-tls", .low, onInternet: .high, excuse: .never,
    title: LocalizedText(ja: "設定画面の通信が読み取れます", en: "The settings page can be read along the way"),
    reason: LocalizedText(
      ja: "設定画面のパスワードが、そのまま流れます。", en: "The page's password travels readable for all."),
    remedy: .securePage, references: ["RFC 9110"], isOncePerDevice: true
  ) { service, subject in
    guard service.protocol == .http, !service.tls else { return false }
    let asksForPassword = service.facts[.realm] != nil || service.facts[.status] == "401"
    let redirectsToTLS = service.facts[.location]?.lowercased().hasPrefix("https://") ?? false
    let hasSecurePage = subject.device.services.contains { $0.protocol == .http && $0.tls }
    let managed: Set<DeviceKind> = [
      .router, .accessPoint, .camera, .recorder, .nas, .hub, .plc, .hmi, .buildingController,
    ]
    // A media server's page shows a catalogue and has no settings.
    let servesMedia = service.facts[.server]?.contains("DLNADOC") ?? false
    let showsPage =
      managed.contains(subject.device.kind) && service.facts[.title] != nil
      && service.facts[.status] ?? "200" == "200" && !servesMedia
    return !redirectsToTLS && (service.isOnInternet || !hasSecurePage) && (asksForPassword || showsPage)
  }

  static let facilityNamed = service(
    "facility-named-page", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "画面に施設の名前と用途が書かれています", en: "A page names a facility and what it is for"),
    reason: LocalizedText(
      ja: "重要な施設を探す攻撃者が、この題名で見つけます。",
      en: "Attackers who look for important facilities find them by such titles."),
    remedy: .renamePage, references: ["https://www.nict.go.jp/", "https://notice.go.jp/"]
  ) { service, _ in
    [ServiceFact.title, .realm, .name].contains { fact in
      service.facts[fact].map(FacilityWords.occur) ?? false
    }
  }

  /// Software whose maker has given it up, and devices whose maker says so in their MUD file (RFC 8520, section 3.6).
  static let endOfSupport = Check(
    "end-of-support", .medium,
    title: LocalizedText(
      ja: "メーカーがもう直さないソフトウェアです", en: "The maker no longer repairs the device's software"),
    reason: LocalizedText(
      ja: "これから弱点が見つかっても、直されません。", en: "Weaknesses that are found from now on stay open."),
    remedy: .replaceDevice,
    references: [
      "https://wiki.debian.org/LTS", "https://ubuntu.com/about/release-cycle",
      "https://learn.microsoft.com/lifecycle/",
      "https://openssl-library.org/policies/releasestrat/", "RFC 8520",
    ]
  ) { subject in
    if subject.device.remarks.contains(.unsupported) { return [Verdict(.medium, remedy: .replaceDevice)] }
    // Several services of one device run on one system.
    let old = subject.device.services.filter { SupportEnd.applies(to: $0, now: subject.now) }
    guard let worst = old.first(where: \.isOnInternet) ?? old.min(by: { $0.port < $1.port }) else {
      return []
    }
    return [
      Verdict(
        worst.isOnInternet ? .critical : .medium, service: worst.port,
        evidence: Evidence(protocol: worst.protocol == .unknown ? nil : worst.protocol),
        remedy: .replaceDevice)
    ]
  }

  /// What the profile knows is judged where all of its entries are; see ``Checks/judge(_:profiles:)``.
  static let knownBadFirmware = Check(
    "known-bad-firmware", .high,
    title: LocalizedText(
      ja: "機器のソフトウェアに知られた弱点があります", en: "The device's software has a known weakness"),
    reason: LocalizedText(
      ja: "公表された弱点が、直されないまま使われています。",
      en: "A published weakness is still there, not repaired."),
    remedy: .updateSoftware, references: ["https://nvd.nist.gov/", "https://jvn.jp/"]
  ) { _ in [] }
}
