import Addresses
import Checks
import Notices
import Posture
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
      let safe = try Notice(safe: finding("telnet-open"), kind: kind, checked: "14:02", in: language)
      #expect(Readability.faults(of: safe, in: language).isEmpty)
      #expect(safe.lines.contains { $0.contains("14:02") })
    }
    let clear = try Notice(allClear: 12, checked: "14:02", in: language)
    #expect(Readability.faults(of: clear, in: language).isEmpty && clear.finding == nil)
    #expect(clear.lines.contains { $0.contains("12") })
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
    var notice = try Notice(allClear: 1, checked: "14:02", in: .en)
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
  @Test(arguments: ["{device", "device}", "{}", "{gateway}", "{{device}}", "a { b", "{ device }"])
  func `a template that is none is refused before anybody gets it`(text: String) {
    #expect(throws: NoticeTemplate.Fault.self) { try NoticeTemplate(text) }
  }

  @Test func `a value is a value, whatever stands in it`() throws {
    let template = try NoticeTemplate("{device}: {what}")
    #expect(template.places == [.device, .what])
    let text = try template.filled([.device: "{what}", .what: "a\r\nBcc: x\u{202e}"])
    #expect(text == "{what}: a  Bcc: x ")
    #expect(throws: NoticeTemplate.Fault.self) { try template.filled([.device: "a"]) }
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
