import BrokerFixture
import Foundation
import Testing

/// A small herd, so that the big one is known to count rightly.
@Suite struct HerdTests {
  private static let program: String = {
    let marker = "/debug/"
    let path = CommandLine.arguments.first { $0.contains(marker) } ?? ".build/debug/"
    let end = path.range(of: marker)?.upperBound ?? path.endIndex
    return path[..<end] + "herd"
  }()

  @Test(.timeLimit(.minutes(3)), .enabled(if: geteuid() == 0))
  func `three hundred machines all come back, each in its own slot`() throws {
    let directory = try TemporaryDirectory()
    let svg = directory.path + "/herd.svg"
    let script = "ip link set lo up && exec \"$0\" 300 \(svg)"
    let result = try run("unshare", ["--net", "sh", "-c", script, Self.program], in: directory)
    #expect(result.text.contains("kept     with the hold everybody is connected"), "\(result.text)")
    #expect(result.text.contains("kept     with the hold nobody is refused"), "\(result.text)")
    let lines = result.text.split(separator: "\n")
    let herd = try #require(lines.first { $0.contains("limiter before TLS") })
    let numbers = herd.split(separator: " ").compactMap { Double($0) }
    // All of them tried in the first second, and most were refused: the limiter is there.
    #expect(numbers.contains { $0 >= 300 }, "\(herd)")
    #expect((try? String(contentsOfFile: svg, encoding: .utf8))?.contains("<polyline") == true)
  }

  @Test func `nothing is loaded into anybody else's packet filter`() throws {
    let directory = try TemporaryDirectory()
    let result = try run(Self.program, ["300"], in: directory)
    #expect(result.status == 1 && result.text.contains("packaging/herd"), "\(result)")
  }

  /// What is refused by the documented limiter never reaches the broker, so it costs no TLS.
  @Test(.timeLimit(.minutes(1)), .enabled(if: geteuid() == 0))
  func `what the limiter refuses the broker never hears of`() throws {
    let directory = try TemporaryDirectory()
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let limiter = here.appending(path: "../../../packaging/broker-limiter.nft").standardizedFileURL.path()
    let result = try run(
      "unshare", ["--net", "python3", here.path() + "limiter.py", limiter, directory.path], in: directory,
      errors: false)
    let found = try #require(
      try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any], "\(result)")
    #expect(found["admitted"] as? Int == 5 && found["refused"] as? Int == 95, "\(result.text)")
    #expect(found["heard"] as? Int == 5, "\(result.text)")
    #expect(found["counted"] as? [String: Int] == ["admitted": 5, "refused": 95], "\(result.text)")
    #expect(found["stands"] as? Bool == true && found["open_again"] as? Bool == true)
  }
}
