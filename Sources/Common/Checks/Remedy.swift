package import Wording

/// One thing that a person can do about a finding.
package struct Remedy: Hashable, Sendable {
  package let id: String
  package let text: LocalizedText

  private init(_ id: String, ja: String, en: String) {
    self.id = id
    self.text = LocalizedText(ja: ja, en: en)
  }

  static let turnOff = Remedy(
    "turn-off",
    ja: "機器の設定画面で、この機能を「無効」にしてください。",
    en: "Turn this function off in the device's settings.")
  static let takeOffInternet = Remedy(
    "take-off-internet",
    ja: "ルーターの公開設定から、この機器を外してください。",
    en: "Remove this device from the router's list of things that the Internet may reach.")
  static let setPassword = Remedy(
    "set-password",
    ja: "機器の設定画面で、この機能に長いパスワードを付けてください。",
    en: "Give this function a long password in the device's settings.")
  static let updateSoftware = Remedy(
    "update-software",
    ja: "メーカーのページから最新のソフトウェアを入れてください。",
    en: "Install the latest software from the maker's page.")
  static let replaceDevice = Remedy(
    "replace-device",
    ja: "メーカーが面倒を見ている機種への取り替えを考えてください。",
    en: "Plan to replace it, or its software, by one that its maker still looks after.")
  static let limitToPartner = Remedy(
    "limit-to-partner",
    ja: "機器の設定画面で、使う相手の機器だけがつながるようにしてください。",
    en: "In the device's settings, let only the machine that uses it connect.")
  static let separateNetwork = Remedy(
    "separate-network",
    ja: "設備の保守の担当者に、この機器を専用のネットワークに移すよう頼んでください。",
    en: "Ask whoever maintains the equipment to move it to a network of its own.")
  static let renamePage = Remedy(
    "rename-page",
    ja: "機器の設定画面で、題名から施設の名前と用途を消してください。",
    en: "Take the facility's name and use out of the page's title in the device's settings.")
  static let restartOne = Remedy(
    "restart-one",
    ja: "一方の機器の電源を切って、30秒待ってから入れ直してください。",
    en: "Switch one of the devices off, wait 30 seconds and switch it on again.")
  static let securePage = Remedy(
    "secure-page",
    ja: "機器の設定画面で「HTTPS」を有効にしてください。",
    en: "Turn on \"HTTPS\" in the device's settings.")
  static let answerOnlyInside = Remedy(
    "answer-only-inside",
    ja: "機器の設定画面で、家の中の機器にだけ答えるようにしてください。",
    en: "In the device's settings, let it answer only devices inside the house.")
  static let leaveAsIs = Remedy(
    "leave-as-is",
    ja: "家の中だけで使っているなら、そのままで大丈夫です。",
    en: "Leave it as it is while only people in the house use it.")

  static let lookAtDevice = Remedy(
    "look-at-device",
    ja: "機器がふだんどおり動いているか見てください。",
    en: "Look whether the device works as usual.")

  package static let all: [Remedy] = [
    turnOff, takeOffInternet, setPassword, updateSoftware, replaceDevice, limitToPartner, separateNetwork,
    renamePage,
    restartOne,
    securePage, answerOnlyInside, leaveAsIs, lookAtDevice,
  ]
}
