import Foundation
import Lab
import Posture
import SiteFixture
import Testing

extension Site {
  /// Scans the LAN to the end.
  func scan() throws -> PostureReport {
    let result = try kadomori("scan", "--interface", "lan0", "--json", "--state", directory)
    try #require(result.status == 0, "\(result.errorText)")
    return try JSONDecoder().decode(PostureReport.self, from: result.output)
  }
}
