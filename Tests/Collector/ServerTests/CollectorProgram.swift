import Foundation

/// The program under test.
enum CollectorProgram {
  static let path: String = {
    let marker = "/debug/"
    let path = CommandLine.arguments.first { $0.contains(marker) } ?? ".build/debug/"
    let end = path.range(of: marker)?.upperBound ?? path.endIndex
    return path[..<end] + "kadomori-collector"
  }()
}
