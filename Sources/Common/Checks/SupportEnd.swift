import Posture

/// Software that its maker no longer repairs, by what it says of itself.
struct SupportEnd: Hashable, Sendable {
  /// Part of a text that the software sends.
  let mark: String
  let facts: [ServiceFact]
  /// From this day on nobody repairs it, as its maker says.
  let day: WallTime

  private init(_ mark: String, _ facts: [ServiceFact], _ day: String) {
    self.mark = mark
    self.facts = facts
    self.day = WallTime(day + "T00:00:00Z") ?? WallTime(milliseconds: 0)
  }

  /// By the life cycles that makers publish: Debian LTS, Ubuntu's standard support, Apache HTTP Server, Microsoft, OpenSSL
  /// (its public support) and CentOS.
  static let all: [SupportEnd] = [
    .init("+deb7u", [.banner], "2018-06-01"), .init("+deb8u", [.banner], "2020-07-01"),
    .init("+deb9u", [.banner], "2022-07-01"), .init("+deb10u", [.banner], "2024-07-01"),
    .init("+deb11u", [.banner], "2026-09-01"),
    .init("Debian GNU/Linux 7", [.banner], "2018-06-01"),
    .init("Debian GNU/Linux 8", [.banner], "2020-07-01"),
    .init("Debian GNU/Linux 9", [.banner], "2022-07-01"),
    .init("Debian GNU/Linux 10", [.banner], "2024-07-01"),
    .init("Debian GNU/Linux 11", [.banner], "2026-09-01"),
    .init("Ubuntu 14.04", [.banner], "2019-05-01"), .init("Ubuntu 16.04", [.banner], "2021-05-01"),
    .init("Ubuntu 18.04", [.banner], "2023-06-01"), .init("Ubuntu 20.04", [.banner], "2025-06-01"),
    .init("Apache/1.", [.server], "2010-02-03"), .init("Apache/2.0.", [.server], "2013-07-10"),
    .init("Apache/2.2.", [.server], "2018-01-01"), .init("(CentOS)", [.server], "2024-07-01"),
    .init("Microsoft-IIS/5.", [.server], "2014-04-08"), .init("Microsoft-IIS/6.0", [.server], "2015-07-14"),
    .init("Microsoft-IIS/7.", [.server], "2020-01-14"), .init("Microsoft-IIS/8.", [.server], "2023-10-10"),
    .init("OpenSSL/0.9.", [.server], "2016-01-01"), .init("OpenSSL/1.0.", [.server], "2020-01-01"),
    .init("OpenSSL/1.1.", [.server], "2023-09-11"),
  ]

  /// Where no clock can be trusted, it is at least this late.
  static let earliest = WallTime(milliseconds: 1_767_225_600_000)

  /// Whether the service says that it is such software, and its day has come.
  static func applies(to service: Service, now: WallTime?) -> Bool {
    all.contains { end in
      end.day <= now ?? earliest && end.facts.contains { service.facts[$0]?.contains(end.mark) ?? false }
    }
  }
}
