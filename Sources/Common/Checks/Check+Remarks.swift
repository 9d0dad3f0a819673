import Posture
import Wording

/// What a scan noticed of a device as a whole.
extension Check {
  static let stoppedAnswering = Check(
    "stopped-answering", .low,
    title: LocalizedText(
      ja: "調べている途中で応答しなくなりました", en: "The device stopped answering while it was looked at"),
    reason: LocalizedText(
      ja: "電源が切れたか、調べることが負担になったのかもしれません。それ以上は調べていません。",
      en: "It may have been switched off, or the look was too much for it. It was left alone from then on."),
    remedy: .lookAtDevice,
    references: ["https://www.runzero.com/blog/active-scanning-ics/"]
  ) { subject in
    subject.device.remarks.contains(.stoppedAnswering) ? [Verdict(.low, remedy: .lookAtDevice)] : []
  }

  static let slowedDown = Check(
    "slowed-down", .info,
    title: LocalizedText(
      ja: "調べている途中で応答が遅くなりました", en: "The device became slow while it was looked at"),
    reason: LocalizedText(
      ja: "調べることが負担になったようです。そこからは、ゆっくり調べました。",
      en: "The look seems to have been much for it. From then on it was asked slowly."),
    remedy: .lookAtDevice,
    references: ["https://www.runzero.com/blog/active-scanning-ics/"]
  ) { subject in
    subject.device.remarks.contains(.slowedDown) ? [Verdict(.info, remedy: .lookAtDevice)] : []
  }

  static let acceptsEverything = Check(
    "accepts-everything", .info,
    title: LocalizedText(
      ja: "すべての入口が開いているように見えます", en: "The device seems to have every door open"),
    reason: LocalizedText(
      ja: "どこに問いかけても受け付けますが、何も答えません。どの入口が本物かは分かりません。",
      en: "It takes every connection and answers none, so nobody can tell which of its doors are real."),
    remedy: .lookAtDevice,
    references: ["https://www.usenix.org/conference/usenixsecurity21/presentation/izhikevich"]
  ) { subject in
    subject.device.remarks.contains(.acceptsEverything) ? [Verdict(.info, remedy: .lookAtDevice)] : []
  }
}
