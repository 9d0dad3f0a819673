package import Foundation
package import Posture

/// The time as people say it where they live.
package struct NoticeClock: Sendable {
  private var calendar = Calendar(identifier: .gregorian)

  package init(_ zone: TimeZone) { calendar.timeZone = zone }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
  ]

  package func words(_ time: WallTime, in language: NoticeLanguage) -> String {
    let date = Date(timeIntervalSince1970: Double(time.milliseconds / 1000))
    let parts = calendar.dateComponents([.month, .day, .hour, .minute], from: date)
    let (month, day) = (parts.month ?? 1, parts.day ?? 1)
    let (hour, minute) = (parts.hour ?? 0, parts.minute ?? 0)
    let clock = "\(hour):\(minute < 10 ? "0" : "")\(minute)"
    return switch language {
    case .en: "\(clock) on \(day) \(Self.months[(month - 1) % 12])"
    case .ja: "\(month)月\(day)日\(clock)"
    case .easyJa: "\(month)月\(day)日の \(clock)"
    }
  }
}
