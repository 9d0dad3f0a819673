import Addresses
import FleetStore
import Health
import Ingest
import LinuxIO

/// What the collector says of itself over HTTP.
struct HealthOffice {
  let server: HealthServer

  init(on address: Endpoint, board: NoticeBoard, inbox: Inbox, store path: String) throws(StartError) {
    let fleet = FleetFigures(path)
    do throws(SystemError) {
      server = try HealthServer(on: address) {
        let values = board.figures.values
        return HealthReport(obstacles: Self.obstacles(values)) {
          fleet.text().map { CollectorFigures(values, waiting: inbox.count).text + $0 }
        }
      }
    } catch {
      throw .health(error)
    }
  }

  /// Why gateways should not count on it now.
  static func obstacles(_ values: IngestFigures.Values) -> [String] {
    var obstacles: [String] = []
    if !values.isConnected {
      obstacles.append("no session at the broker" + (values.brokerProblem.map { ": \($0)" } ?? " yet"))
    }
    if let problem = values.storeProblem { obstacles.append("nothing is stored: \(problem)") }
    return obstacles
  }
}
