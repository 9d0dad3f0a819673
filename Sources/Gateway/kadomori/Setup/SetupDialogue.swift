import Addresses
import Agent
import FleetContract
import Posture
import Wording

/// The questions of setting up, asked one after the other; asks by what it is given, and so needs no terminal itself.
struct SetupDialogue {
  var choices: [LANChoice]
  var present: AgentConfiguration
  /// Where an enrolled gateway reports, whatever the configuration says.
  var enrolledWith: String?
  var ledger: ConsentLedger
  var language: Language
  /// Shows a text.
  var say: (String) -> Void
  /// Shows a question and returns the answer; `nil` at the end of the input.
  var ask: (String) -> String?

  /// What the answers come to; `nil` where somebody went away in between.
  func wish() -> SetupWish? {
    guard let lans = lans(), let broker = broker() else { return nil }
    var allowed: Set<ConsentLedger.Purpose> = []
    let questions: [(ConsentLedger.Purpose, LocalizedText)] = [
      (
        .close,
        LocalizedText(
          ja: "プロバイダーの運用者が、署名した指示でこのゲートウェイの窓口を閉じることを許しますか。試しに閉じ、つながらなくなれば自動で元に戻ります",
          en:
            "May the provider's operators close ports of this gateway by signed commands? Each is on trial first, and opens by itself if something is not reached any more"
        )
      ),
      (
        .indicators,
        LocalizedText(
          ja: "機器の通信先を、攻撃者のサーバーの一覧とこのゲートウェイの中で照らし合わせることを許しますか。通信先は外に出ません",
          en:
            "May this gateway compare where devices connect to with a list of attackers' servers, on the gateway itself? Where they connect to never leaves it"
        )
      ),
    ]
    for (purpose, question) in questions {
      if ledger.allows(purpose, ConsentLedger.gateway) {
        allowed.insert(purpose)
        continue
      }
      guard let isAllowed = confirms(question[language]) else { return nil }
      if isAllowed { allowed.insert(purpose) }
    }
    return SetupWish(lans: lans, broker: broker, allowed: allowed)
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }

  /// Asks for yes or no; no answer is no.
  func confirms(_ question: String) -> Bool? {
    while true {
      guard let answer = ask("\(question) [y/N] ") else { return nil }
      switch answer.lowercased() {
      case "y", "yes", "はい": return true
      case "", "n", "no", "いいえ": return false
      default: say(words("please answer y or n", "y か n で答えてください。"))
      }
    }
  }

  private func lans() -> [String]? {
    say(
      words(
        "Which interfaces are LANs of this site? Naming one allows to scan it, gently, and to listen to what its devices say to everybody.",
        "この場所の LAN はどのインターフェースですか。選ぶと、その LAN を負担をかけずに調べ、機器が全体に向けて送るものを聞くことへの同意になります。"))
    guard !choices.isEmpty else {
      say(words("There is no Ethernet interface here.", "イーサネットのインターフェースがありません。"))
      return []
    }
    for (index, choice) in choices.enumerated() { say("  \(index + 1)  \(line(choice))") }
    let named = present.lans.map(\.interface)
    let usual = named.isEmpty ? choices.filter(\.isRecommended).map(\.name) : named
    let shown = usual.isEmpty ? words("none", "なし") : usual.joined(separator: " ")
    while true {
      guard
        let answer = ask(
          words("Numbers or names, 0 for none [\(shown)]: ", "番号または名前（0 はなし）[\(shown)]: "))
      else { return nil }
      let parts = answer.split { $0 == " " || $0 == "," || $0 == "、" || $0 == "　" }.map(String.init)
      if parts.isEmpty { return usual }
      if parts == ["0"] { return [] }
      let names = parts.map { part -> String? in
        if let number = Int(part) {
          return choices.indices.contains(number - 1) ? choices[number - 1].name : nil
        }
        return choices.contains { $0.name == part } ? part : nil
      }
      if let place = names.firstIndex(of: nil) {
        say(words("there is no '\(parts[place])' in the list", "一覧に '\(parts[place])' はありません。"))
        continue
      }
      var seen: Set<String> = []
      return names.compactMap(\.self).filter { seen.insert($0).inserted }
    }
  }

  private func line(_ choice: LANChoice) -> String {
    var parts = [TextWidth.fit(choice.name, to: 10), choice.addresses.joined(separator: " ")]
    if choice.leadsOut { parts.append(words("(leads to the Internet)", "（インターネット側）")) }
    switch choice.obstacle {
    case .down: parts.append(words("(down)", "（停止中）"))
    case .noAddress: parts.append(words("(no address)", "（アドレスなし）"))
    case .tooLarge: parts.append(words("(too large to scan)", "（広すぎて調べられません）"))
    case nil: if choice.isRecommended { parts.append(words("(recommended)", "（おすすめ）")) }
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// The inner value is the broker, or none.
  private func broker() -> AgentConfiguration.Broker?? {
    if let enrolledWith {
      say(
        words(
          "Reports go to \(enrolledWith), with which this gateway is enrolled.",
          "登録先の \(enrolledWith) に報告します。"))
      return .some(present.broker)
    }
    say(
      words(
        "Where shall findings be reported? Naming a broker allows it: kinds of devices, what they offer and what is wrong, without names and addresses. A provider's token is for 'kadomori enrol' instead.",
        "指摘をどこに報告しますか。broker を書くことが報告への同意になります。内容は機器の種類、開いている窓口、問題点で、名前とアドレスは含みません。プロバイダーのトークンがある場合は、あとで 'kadomori enrol' を使います。"
      ))
    let usual = present.broker.map { "\($0.host):\($0.port)" }
    while true {
      let shown = usual ?? words("nobody", "なし")
      guard
        let answer = ask(words("host[:port], or - for nobody [\(shown)]: ", "ホスト[:ポート]（- はなし）[\(shown)]: "))
      else { return nil }
      if answer.isEmpty { return .some(present.broker) }
      if answer == "-" { return .some(nil) }
      if let broker = AgentConfiguration.Broker(answer) { return .some(broker) }
      say(words("'\(answer)' is not a host with a port", "'\(answer)' はホストとポートの形ではありません。"))
    }
  }
}

extension AgentConfiguration.Broker {
  /// Reads `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`; without a port it is 1883, where MQTT listens without TLS.
  init?(_ text: String) {
    var host = text[...]
    var port: UInt16 = 1883
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
      let rest = host[host.index(after: end)...]
      host = host[..<end].dropFirst()
      if !rest.isEmpty {
        guard rest.hasPrefix(":"), let number = UInt16(rest.dropFirst()), number > 0 else { return nil }
        port = number
      }
    } else if host.utf8.count(where: { $0 == 0x3a }) == 1, let colon = host.firstIndex(of: ":") {
      guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else { return nil }
      port = number
      host = host[..<colon]
    }
    let isName = host.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || [0x2d, 0x2e, 0x3a].contains($0)
    }
    guard !host.isEmpty, host.utf8.count <= 253, isName else { return nil }
    if host.utf8.contains(0x3a), IPAddress(String(host)) == nil { return nil }
    self.init(host: String(host), port: port)
  }
}
