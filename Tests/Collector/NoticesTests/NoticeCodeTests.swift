import Notices
import Posture
import Testing

@Suite struct NoticeCodeTests {
  private static let key = [UInt8](repeating: 7, count: 32)
  private static let noon = WallTime(milliseconds: 1_800_000_000_000)

  private func code(
    _ finding: String = "telnet-open:dev-a:tcp/23", _ time: WallTime = noon, _ gateway: String = "gw-a",
    _ key: [UInt8] = key
  ) -> NoticeCode {
    NoticeCode(of: finding, since: time, at: gateway, key: key)
  }

  @Test func `a notice has the same number however often it is asked for, and no other notice has it`() {
    let first = code()
    #expect(first == code())
    let later = WallTime(milliseconds: Self.noon.milliseconds + 1)
    let others = [
      code("telnet-open:dev-a:tcp/24"), code("telnet-open:dev-a:tcp/23", later),
      code("telnet-open:dev-a:tcp/23", Self.noon, "gw-b"),
      code("telnet-open:dev-a:tcp/23", Self.noon, "gw-a", [UInt8](repeating: 8, count: 32)),
    ]
    #expect(Set(others.map(\.digits) + [first.digits]).count == 5)
    #expect(Set(others.map(\.note) + [first.note]).count == 5)
  }

  @Test func `every number has eight digits, also a small one, and none is at home in one corner`() {
    let codes = (0..<2000).map { code("finding-\($0)").digits }
    #expect(codes.allSatisfy { $0.utf8.count == 8 && $0.allSatisfy(\.isNumber) })
    #expect(Set(codes).count == 2000)
    // A tenth begins with each digit; 100 of 2,000 would be ten standard deviations away.
    for digit in "0123456789" { #expect(codes.count { $0.first == digit } > 130, "\(digit)") }
  }

  @Test(arguments: NoticeLanguage.allCases, ["192.168.1.1:8476", nil])
  func `how to see that it is real can be read, and is no fraud's`(language: NoticeLanguage, place: String?)
    throws
  {
    var notice = try Notice(safe: finding("telnet-open"), kind: .tv, checked: "14:02", in: language)
    notice.lines = try NoticeProof.lines(code: "04829133", place: place, in: language)
    #expect(Readability.faults(of: notice, in: language).isEmpty)
    #expect(notice.lines.count { $0.contains("04829133") } == 1)
    #expect(notice.lines.contains { $0.contains("パスワード") || $0.contains("password") })
    if let place { #expect(notice.lines.count { $0.contains(place) } == 1) }
  }
}
