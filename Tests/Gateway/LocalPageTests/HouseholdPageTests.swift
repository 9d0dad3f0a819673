import Addresses
import Foundation
import LocalPage
import Posture
import Profiles
import Testing
import Wording

/// What the household sees.
@Suite struct HouseholdPageTests {
  static let hostile = #"</td><script>alert(1)</script><img src=x onerror="x">'&"# + "\u{202e}\u{7}"

  static func page(_ language: Language, hostile: String = hostile) -> HouseholdPage {
    let camera = Device(
      id: "dev-aaaaaaaaaaaaaaaa", mac: MACAddress("00:00:5e:00:53:01"),
      addresses: [.v4(IPv4Address(bits: 0xc0a8_0902))],
      names: [hostile], vendor: hostile, kind: .camera, model: hostile, firmware: hostile,
      services: [Service(port: .tcp(23), protocol: .telnet), Service(port: .tcp(80), protocol: .http)])
    let findings = [
      Finding(
        check: "telnet-open", severity: .high, device: camera.id, service: .tcp(23), remedy: "turn-off"),
      Finding(
        check: "management-page-without-tls", severity: .low, device: camera.id, service: .tcp(80),
        remedy: "secure-page"),
    ]
    let scan = ScanFacts(
      interface: "lan0", networks: [IPv4Network("192.168.9.0/24")].compactMap(\.self),
      started: WallTime(milliseconds: 1_800_000_000_000), durationMilliseconds: 1, complete: true)
    let summary = SiteSummary(
      [PostureReport(scan: scan, devices: [camera], findings: findings)], ProfileSet(), language,
      made: WallTime(milliseconds: 1_800_000_000_000))
    var page = HouseholdPage(summary, token: "cafe")
    page.closable = [findings[0].id]
    page.ownPages = [1: "http://192.168.9.2:80/"]
    page.closed = [
      HouseholdPage.Closed(id: "cl-aaaaaaaa", port: "tcp/2323", plan: "plan-abcd2345", seconds: 540),
      HouseholdPage.Closed(id: "cl-bbbbbbbb", port: "tcp/8080"),
    ]
    page.notes = [HouseholdPage.Note(code: "482913", isSafe: false, about: ["Telnet"])]
    return page
  }

  @Test(arguments: Language.allCases) func `what devices call themselves stays text`(language: Language) {
    let text = Self.page(language).rendered
    #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("\u{202e}"))
    #expect(text.contains("&lt;script&gt;"))
    for outside in ["http://", "https://", "//"] {
      for match in text.ranges(of: "=\"" + outside) {
        #expect(text[match.lowerBound...].hasPrefix("=\"http://192.168.9.2:80/\""), "nothing from elsewhere")
      }
    }
  }

  @Test(arguments: Language.allCases) func `there is one button for each thing that can be done`(
    language: Language
  ) {
    var page = Self.page(language)
    let buttons = page.rendered.matches(of: /<button[^>]* name="do" value="([a-z]+)"/).map {
      String($0.output.1)
    }
    #expect(buttons.sorted() == ["close", "keep", "leave", "look", "open", "open"])
    let forms = page.rendered.matches(of: /<form\s/).count
    #expect(page.rendered.matches(of: /name="token" value="cafe"/).count == forms)
    page.isBusy = true
    #expect(!page.rendered.contains("<button") && page.rendered.contains("http-equiv=\"refresh\""))
  }

  @Test(arguments: Language.allCases) func `before any scan it says so`(language: Language) {
    let summary = SiteSummary([], ProfileSet(), language, made: WallTime(milliseconds: 0))
    let text = HouseholdPage(summary, token: "cafe").rendered
    #expect(text.contains(language == .ja ? "まだ調べていません" : "Nothing was looked at yet"))
    #expect(!text.contains("value=\"close\""))
  }

  @Test func `answers are never kept, framed or sniffed, and load nothing from elsewhere`() {
    let text = String(decoding: PageReply(200, "x").bytes, as: UTF8.self)
    for header in [
      "Cache-Control: no-store", "default-src 'none'", "frame-ancestors 'none'", "nosniff",
      "form-action 'self'",
      "Content-Length: 1\r\n",
    ] {
      #expect(text.contains(header), "\(header)")
    }
    #expect(text.hasSuffix("\r\n\r\nx"))
  }
}
