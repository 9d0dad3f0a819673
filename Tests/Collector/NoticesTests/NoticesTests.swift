import Addresses
import Checks
import Foundation
import Notices
import Posture
import Settings
import Testing

func finding(_ check: String, remedy: String = "turn-off", severity: Severity = .high) -> Finding {
  Finding(check: check, severity: severity, device: "dev-a", service: .tcp(23), remedy: remedy)
}

@Suite struct NoticesTests {
  private static let every: [(String, String)] = Checks.all.flatMap { check in
    [(check.id, check.remedy.id)]
  }

  @Test(arguments: NoticeLanguage.allCases)
  func `every check has words that can be read`(language: NoticeLanguage) throws {
    #expect(Self.every.count > 20)
    for (check, remedy) in Self.every {
      for kind in DeviceKind.allCases {
        let cause = Notice.Cause(finding(check, remedy: remedy), kind: kind, isSeenOutside: kind == .camera)
        let notice = try #require(try Notice(about: [cause, cause], in: language))
        let faults = Readability.faults(of: notice, in: language)
        #expect(faults.isEmpty, "\(check), \(language.rawValue): \(faults)")
      }
    }
  }

  @Test(arguments: NoticeLanguage.allCases)
  func `what is safe, and what is well, can be read`(language: NoticeLanguage) throws {
    for kind in DeviceKind.allCases {
      let telnet = finding("telnet-open")
      let safe = try Notice(safe: telnet, kind: kind, checked: "14:02", in: language)
      #expect(Readability.faults(of: safe, in: language).isEmpty)
      #expect(safe.lines.contains { $0.contains("14:02") })
      let clear = try Notice(safe: telnet, kind: kind, checked: "14:02", clear: 12, in: language)
      #expect(Readability.faults(of: clear, in: language).isEmpty && clear.lines.count > safe.lines.count)
      #expect(clear.lines.contains { $0.contains("12") } && !safe.lines.contains { $0.contains("12") })
    }
  }

  @Test func `names the device, one thing to do, and counts the rest`() throws {
    let causes = [
      Notice.Cause(finding("newer-than-this-side"), kind: .tv, isSeenOutside: false),
      Notice.Cause(finding("telnet-open"), kind: .camera, isSeenOutside: true),
      Notice.Cause(finding("ftp-anonymous"), kind: .nas, isSeenOutside: false),
    ]
    let english = try #require(try Notice(about: causes, in: .en))
    #expect(english.subject == "Please look at your camera")
    #expect(english.finding == "telnet-open:dev-a:tcp/23")
    #expect(english.lines.count { $0.hasPrefix("Please do this:") } == 1)
    #expect(english.lines.last?.hasPrefix("We found 2 more.") == true)
    let easy = try #require(try Notice(about: causes, in: .easyJa))
    #expect(easy.lines[1] == "いえの そとから だれでも 入れる ように なって います。")
    #expect(try Notice(about: [causes[0]], in: .en) == nil)
    #expect(try Notice(about: [], in: .en) == nil)
  }

  @Test func `the lint finds what it is for`() throws {
    var notice = try Notice(safe: finding("telnet-open"), kind: .tv, checked: "14:02", in: .en)
    for (line, language) in [
      ("Close TCP 23 now", NoticeLanguage.en), ("Click https://isp.example", .en),
      (Array(repeating: "word", count: 26).joined(separator: " "), .en), ("ポートを閉じてください", .ja),
      (String(repeating: "長", count: 61), .ja), ("設定を かえて ください", .easyJa), ("パスワードを 送ってください", .ja),
    ] {
      notice.lines = [line]
      #expect(!Readability.faults(of: notice, in: language).isEmpty, "\(line)")
    }
  }
}

@Suite struct NoticeTemplateTests {
  private func template(_ text: String) throws -> NoticeTemplate {
    try NoticeTemplate(text, knowing: NoticeTexts.open)
  }

  @Test(arguments: [
    "{{device", "device}}", "{{}}", "{{gateway}}", "{device}", "a { b", "{{{device}}}", "{{time}}",
    "{{> other}}",
    "{{#count}}more", "{{#count}}{{device}}{{/device}}", "{{/count}}", "{{=<% %>=}}",
    "{{uppercased(device)}}",
  ])
  func `a template that is none is refused before anybody gets it`(text: String) {
    #expect(throws: NoticeTemplate.Fault.self) { try template(text) }
  }

  @Test func `a value is a value, whatever stands in it`() throws {
    let template = try template("{{device}}: {{ what }}{{! said later }}")
    #expect(template.places == [.device, .what])
    let text = try template.filled([.device: "{{what}} <b>", .what: "a\r\nBcc: x\u{202e}"])
    #expect(text == "{{what}} <b>: a  Bcc: x ")
    #expect(throws: NoticeTemplate.Fault.self) { try template.filled([.device: "a"]) }
  }

  @Test func `a section is there where its place is known`() throws {
    let template = try template("{{#count}}{{count}} more{{/count}}{{^count}}no more{{/count}}")
    #expect(try template.filled([.count: "2"]) == "2 more")
    #expect(try template.filled([:]) == "no more")
  }
}

@Suite struct NoticeWordingsTests {
  private static let short = """
    short:
      en:
        subject: "Strangers can use your {{device}}"
        lines: ["Please do this: {{action}}", "{{#count}}{{count}} more wait.{{/count}}"]
        safe_subject: "Your {{device}} is fine now"
    """

  private func read(_ text: String) throws -> NoticeWordings {
    try Node(yaml: Array(text.utf8), file: "texts.yaml").read(NoticeWordings.format)
  }

  @Test func `a provider has texts of its own, and ours for what it leaves out`() throws {
    let wordings = try read(Self.short)
    let texts = try #require(wordings.texts("short", in: .en))
    #expect(wordings.texts("short", in: .ja) == nil && wordings.texts("standard", in: .ja) != nil)
    let cause = Notice.Cause(finding("telnet-open"), kind: .camera, isSeenOutside: true)
    let one = try #require(try Notice(about: [cause], in: .en, texts))
    #expect(one.subject == "Strangers can use your camera" && one.lines.count == 1)
    #expect(try Notice(about: [cause, cause, cause], in: .en, texts)?.lines.last == "2 more wait.")
    let safe = try Notice(safe: cause.finding, kind: .camera, checked: "14:02", in: .en, texts)
    #expect(safe.subject == "Your camera is fine now" && safe.lines.contains("Checked again at 14:02: safe."))
    #expect(try wordings.faults() == [])
  }

  @Test(arguments: [
    ("{{device}}", "{{gateway}}", "short.en.subject", "no place here"),
    ("{{action}}", "{{time}}", "short.en.lines[0]", "no place here"),
    ("{{/count}}", "", "short.en.lines[1]", "section"),
    ("en:", "fr:", "short", "fr"), ("short:", "a b:", "a b", "no name"),
    ("subject:", "topic:", "short.en", "subject"),
  ])
  func `a mistake is told with its place`(old: String, new: String, place: String, words: String) throws {
    do throws(SettingsError) {
      _ = try Node(
        yaml: Array(Self.short.replacing(old, with: new, maxReplacements: 1).utf8), file: "texts.yaml"
      )
      .read(NoticeWordings.format)
      Issue.record("it was read")
    } catch {
      #expect(error.description.contains(place) && error.description.contains(words), "\(error)")
    }
  }

  @Test func `what is hard to read, or looks like a fraud's, is told`() throws {
    let faults = try read(
      Self.short.replacing("Please do this:", with: "Click here and close the port first:")
    ).faults()
    #expect(faults.contains { $0.hasPrefix("short.en: what a fraud would ask, 'click'") })
    #expect(faults.contains { $0.hasPrefix("short.en: a word of the trade, 'port '") })
  }
}

@Suite struct NoticeClockTests {
  /// On both sides of midnight, of a new year, and of the hour that summer takes away or gives twice.
  @Test(arguments: [
    ("Asia/Tokyo", "2026-12-31T14:59:59Z", "23:59 on 31 December", "12月31日23:59"),
    ("Asia/Tokyo", "2026-12-31T15:00:00Z", "0:00 on 1 January", "1月1日0:00"),
    ("Europe/Berlin", "2026-03-29T00:59:00Z", "1:59 on 29 March", "3月29日1:59"),
    ("Europe/Berlin", "2026-03-29T01:00:00Z", "3:00 on 29 March", "3月29日3:00"),
    ("Europe/Berlin", "2026-10-25T01:30:00Z", "2:30 on 25 October", "10月25日2:30"),
    ("Asia/Kathmandu", "1970-01-01T00:00:00Z", "5:30 on 1 January", "1月1日5:30"),
  ])
  func `the time is the one of where they live`(zone: String, time: String, english: String, japanese: String)
    throws
  {
    let clock = NoticeClock(try #require(TimeZone(identifier: zone)))
    let time = try #require(WallTime(time))
    #expect(clock.words(time, in: .en) == english && clock.words(time, in: .ja) == japanese)
  }
}

@Suite struct FrequencyCapTests {
  private func day(_ number: Double) -> WallTime {
    WallTime(milliseconds: 1_795_780_800_000 + Int64(number * 86_400_000))
  }

  @Test func `waits between notices, and less where it is urgent`() {
    let cap = FrequencyCap()
    #expect(cap.allows(after: [], isUrgent: false, now: day(0)))
    #expect(cap.earliest(after: [day(0)], isUrgent: false, now: day(1)) == day(7))
    #expect(cap.earliest(after: [day(0)], isUrgent: true, now: day(0.5)) == day(1))
    #expect(cap.allows(after: [day(0)], isUrgent: false, now: day(7)))
    #expect(cap.earliest(after: [day(0), day(7), day(14)], isUrgent: false, now: day(21)) == day(30))
    #expect(cap.allows(after: [day(0), day(7), day(14)], isUrgent: true, now: day(21)))
  }

  @Test func `a clock that was ten years ahead keeps nobody waiting for ten years`() {
    #expect(FrequencyCap().earliest(after: [day(3650)], isUrgent: false, now: day(0)) == day(7))
  }

  /// Whatever was told when, no thirty days hold more than they may.
  @Test func `is kept in any month`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let cap = FrequencyCap()
      var told: [WallTime] = []
      for hour in 0..<(24 * 120) where Int.random(in: 0..<10, using: &random) == 0 {
        let now = day(Double(hour) / 24)
        if cap.allows(after: told, isUrgent: false, now: now) { told.append(now) }
      }
      for time in told {
        let month = told.filter { $0 >= time && $0.milliseconds < time.milliseconds + 30 * 86_400_000 }
        #expect(month.count <= cap.perMonth)
      }
    }
  }
}
