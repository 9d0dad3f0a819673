import Addresses
import Checks
import Posture
import Wording

/// Tells all that is known of one device, and what it was concluded from.
struct DeviceText {
  let terminal: Terminal
  let language: Language

  /// The device with an id or an address; `nil` where the text names none.
  static func device(named text: String, in reports: [PostureReport]) -> Device? {
    let address = IPAddress(text)
    let mac = MACAddress(text)
    return reports.flatMap(\.devices).first { device in
      device.id == text || address.map(device.addresses.contains) ?? false
        || mac.map { device.mac == $0 || device.otherMACs.contains($0) } ?? false
    }
  }

  func render(_ device: Device, _ reports: [PostureReport]) -> String {
    let kind = device.kind.words[language]
    var rows: [(String, String)] = [(words("id", "番号"), device.id)]
    rows.append(
      (words("sure", "確かさ"), device.kind == .unknown ? "-" : "\(percent(device.confidence))  \(kind)"))
    rows += device.evidence.map { clue in
      let says = [clue.kind?.words[language], clue.vendor, clue.model].compactMap(\.self).joined(
        separator: " ")
      return (
        words("known by", "根拠"),
        "\(percent(clue.confidence))  \(says)  (\(clue.source.words[language]): \(clue.detail))"
      )
    }
    rows += device.addresses.map { (words("address", "アドレス"), $0.description) }
    rows += ([device.mac].compactMap(\.self) + device.otherMACs).map {
      (words("hardware", "機器固有番号"), $0.description)
    }
    rows += device.names.map { (words("name", "名前"), $0) }
    rows += device.facts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      (words("it says", "名乗り"), "\($0.key.rawValue): \($0.value)")
    }
    rows += device.services.map { service in
      let parts = [service.protocol.rawValue, service.tls ? "TLS" : nil, service.product, service.version]
      return (words("open", "窓口"), "\(service.port)  \(parts.compactMap(\.self).joined(separator: " "))")
    }
    rows += device.remarks.map { (words("remark", "注記"), $0.rawValue) }
    rows += [(words("first seen", "初めて"), device.firstSeen), (words("last seen", "最後に"), device.lastSeen)]
      .compactMap { label, time in time.map { (label, $0.description) } }
    rows += reports.flatMap(\.findings).filter { $0.device == device.id }.map {
      (words("findings", "指摘"), $0.id)
    }
    return Rows.render(device.makeAndModel.map { "\(kind)  \($0)" } ?? kind, rows, terminal)
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
}

extension Clue.Source {
  fileprivate var words: LocalizedText {
    switch self {
    case .saysItself: LocalizedText(ja: "機器の名乗り", en: "its own word")
    case .profile: LocalizedText(ja: "見分け方の一覧", en: "profile")
    case .fingerprint: LocalizedText(ja: "指紋", en: "fingerprint")
    case .vendorPrefix: LocalizedText(ja: "機器固有番号の登録", en: "registry of hardware addresses")
    case .traffic: LocalizedText(ja: "通信の特徴", en: "what it sends unasked")
    }
  }
}
