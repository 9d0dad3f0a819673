import Addresses
import Posture
import Wording

/// Plants, buildings, hospitals and printers.
extension Check {
  static let industrial: Set<ServiceProtocol> = [
    .bacnet, .dlms, .dnp3, .ethernetIP, .fins, .fox, .hartIP, .iec104, .knx, .melsec, .modbus, .opcUA,
    .s7comm,
  ]

  static let industrialOpen = speaking(
    industrial, "industrial-protocol-open", .medium, onInternet: .critical,
    title: LocalizedText(
      ja: "設備を動かす通信がだれにでも開いています", en: "Plant control is open to everybody"),
    reason: LocalizedText(
      ja: "パスワードなしで設備の値を変えられ、止められるおそれがあります。",
      en: "Others may change values or stop the plant without a password."),
    remedy: .separateNetwork,
    references: ["IEC 62443-3-3", "https://www.cisa.gov/topics/industrial-control-systems"])

  static let opcUAAnonymous = service(
    "opc-ua-anonymous", .medium, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "設備データのサーバー (OPC UA) に名乗らずに入れます",
      en: "The plant data server (OPC UA) lets anybody in without a name"),
    reason: LocalizedText(
      ja: "だれでも設備の値を読み、変えられるおそれがあります。",
      en: "Anybody may read the plant's values and perhaps change them."),
    remedy: .setPassword, references: ["IEC 62541-2"], supersedes: ["industrial-protocol-open"]
  ) { service, _ in service.protocol == .opcUA && service.letsAnyoneIn }

  static let homeControlOnInternet = service(
    "home-control-on-internet", .high, onInternet: .high,
    title: LocalizedText(
      ja: "家電の操作がインターネットから届きます", en: "The Internet reaches the control of appliances"),
    reason: LocalizedText(
      ja: "知らない人に家電を動かされるおそれがあります。", en: "Strangers may run the appliances."),
    remedy: .takeOffInternet, references: ["RFC 7252", "https://echonet.jp/spec_g/"]
  ) { service, _ in
    service.isOnInternet && [.coap, .echonetLite, .hap, .owserver].contains(service.protocol)
  }

  static let medicalOpen = speaking(
    [.dicom], "medical-protocol-open", .medium, onInternet: .critical,
    title: LocalizedText(
      ja: "医療画像の機器がだれにでも開いています", en: "A medical imaging device is open to everybody"),
    reason: LocalizedText(
      ja: "患者さんの画像と名前を持ち出されるおそれがあります。",
      en: "Others may take patients' images and names."),
    remedy: .separateNetwork, references: ["https://www.dicomstandard.org/current"])

  static let printerRaw = service(
    "printer-raw-port", .info, onInternet: .high,
    title: LocalizedText(
      ja: "プリンターがだれからの印刷も受け付けます", en: "The printer prints for anybody"),
    reason: LocalizedText(
      ja: "同じネットワークの機器ならどれでも印刷できます。",
      en: "Every device on the same network can print on it."),
    remedy: .leaveAsIs, references: ["RFC 3805"]
  ) { service, subject in
    // Raw printing is never probed with a payload, so only the device's kind tells what the port is.
    let isRawPort = service.port.transport == .tcp && (9100...9107).contains(service.port.number)
    return service.protocol == .jetdirect
      || isRawPort && service.protocol == .unknown && subject.device.kind == .printer
  }
}
