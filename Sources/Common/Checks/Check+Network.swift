import Addresses
import Posture
import Wording

/// Services that help attackers against others, and the network's own order.
extension Check {
  static let amplifierOpen = service(
    "amplifier-open", .medium, onInternet: .high, excuse: .never,
    title: LocalizedText(
      ja: "他人への攻撃の踏み台にされる機能が動いています", en: "A function that attackers use against others is on"),
    reason: LocalizedText(
      ja: "小さな問い合わせに大きな答えを返し、攻撃に使われます。",
      en: "It answers small questions with large answers, which attackers aim at others."),
    remedy: .turnOff,
    references: [
      "RFC 862", "RFC 863", "RFC 864", "RFC 865",
      "https://www.cisa.gov/news-events/alerts/2014/01/17/udp-based-amplification-attacks",
    ]
  ) { service, _ in
    let old: Set<ServiceProtocol> = [.echo, .chargen, .discard, .qotd, .daytime, .time]
    let large: Set<ServiceProtocol> = [
      .ntp, .ssdp, .snmp, .mdns, .ldap, .nbns, .wsDiscovery, .coap, .rpcbind, .tftp,
    ]
    return service.port.transport == .udp
      && (old.contains(service.protocol) || service.isOnInternet && large.contains(service.protocol))
  }

  static let oldTestService = service(
    "old-test-service-open", .low, onInternet: .medium,
    title: LocalizedText(ja: "古い試験用の機能が残っています", en: "An old test function is still on"),
    reason: LocalizedText(
      ja: "今は使われておらず、入口が増えるだけです。", en: "Nobody uses it today; it is one more door."),
    remedy: .turnOff, references: ["RFC 862", "RFC 864"]
  ) { service, _ in
    service.port.transport == .tcp
      && [.echo, .chargen, .discard, .qotd, .daytime, .time, .finger].contains(service.protocol)
  }

  static let rpcbindOpen = service(
    "rpcbind-open", .low, onInternet: .high,
    title: LocalizedText(
      ja: "古い案内窓口 (rpcbind) が開いています", en: "An old directory service (rpcbind) is open"),
    reason: LocalizedText(
      ja: "機器の中で動いているものを教え、攻撃にも使われます。",
      en: "It tells what runs on the device, and attackers use it against others."),
    remedy: .turnOff, references: ["RFC 1833"], isOncePerDevice: true
  ) { service, _ in [.rpcbind, .sunrpc].contains(service.protocol) }

  static let openResolver = service(
    "open-resolver", .medium, onInternet: .high,
    title: LocalizedText(
      ja: "ルーター以外の機器が名前の問い合わせに答えています",
      en: "A device that is not the router answers name questions"),
    reason: LocalizedText(
      ja: "偽の行き先に案内され、他人への攻撃にも使われるおそれがあります。",
      en: "It may send people to false places, and attackers use it against others."),
    remedy: .answerOnlyInside, references: ["RFC 5358"], isOncePerDevice: true
  ) { service, subject in
    service.protocol == .dns
      && (service.isOnInternet || !subject.isRouter && subject.device.kind != .accessPoint)
  }

  static let upnpIGD = service(
    "upnp-igd-on", .medium, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "家の中の機器が外への入口を勝手に開けられます (UPnP)",
      en: "Devices can open doors to the Internet by themselves (UPnP)"),
    reason: LocalizedText(
      ja: "ウイルスの入った機器が、断りなく入口を開けてしまいます。",
      en: "A device with a virus can open a door without asking anybody."),
    remedy: .turnOff,
    references: ["https://openconnectivity.org/developer/specifications/upnp-resources/upnp/"],
    isOncePerDevice: true
  ) { service, _ in
    let type = service.facts[.type] ?? ""
    let server = service.facts[.server]?.lowercased() ?? ""
    let names = ["InternetGatewayDevice", "WANIPConnection", "WANPPPConnection"]
    // MiniUPnPd serves gateways only, whichever of its targets answered the search.
    return [.upnp, .ssdp, .http].contains(service.protocol)
      && (names.contains { type.contains($0) } || server.contains("miniupnpd"))
  }

  static let proxyOpen = service(
    "proxy-open", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "だれでも通信の身代わりに使えます (SOCKS)", en: "Anybody can send traffic in your name (SOCKS)"),
    reason: LocalizedText(
      ja: "犯罪の通信があなたの家から出たように見えます。",
      en: "Crimes would seem to come from your house."),
    remedy: .turnOff, references: ["RFC 1928"]
  ) { service, _ in service.protocol == .socks && service.letsAnyoneIn }

  static let addressConflict = Check(
    "address-conflict", .medium,
    title: LocalizedText(
      ja: "2台以上の機器が同じ番地を名乗っています", en: "Two or more devices claim the same address"),
    reason: LocalizedText(
      ja: "通信が途切れ、偽の機器が盗み聞きしていることもあります。",
      en: "Connections break, and one of them may be listening in."),
    remedy: .restartOne, references: ["RFC 5227"]
  ) { subject in
    guard subject.claimants > 1 else { return [] }
    return [Verdict(.medium, evidence: Evidence(count: subject.claimants), remedy: .restartOne)]
  }

  static let openToInternet = service(
    "open-to-internet", .medium, onInternet: .medium,
    title: LocalizedText(ja: "インターネットから届く入口があります", en: "The Internet reaches a door of this device"),
    reason: LocalizedText(
      ja: "世界中のだれもがここを試せます。使っていなければ閉じるのが安全です。",
      en: "Everybody in the world can try it; it is safer closed unless you use it."),
    remedy: .takeOffInternet, references: ["https://notice.go.jp/"]
  ) { service, _ in service.isOnInternet }
}
