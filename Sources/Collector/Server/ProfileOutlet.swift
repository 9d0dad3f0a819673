import FleetContract
import Ingest
import LinuxIO
import Logging
import MQTTClient
import ServiceLifecycle

/// Has the broker keep the newest bundle of profiles of each group.
struct ProfileOutlet: Service, CustomStringConvertible {
  let shelf: ProfileShelf
  let link: BrokerLink
  let logger: Logger

  var description: String { "ProfileOutlet" }

  /// How often the state directory is looked at.
  private static let pause = Duration.seconds(1)

  func run() async throws {
    var published: [TopicName: Int64] = [:]
    var told = ""
    while !Task.isShuttingDownGracefully {
      do throws(SystemError) {
        try publish(&published)
        told = ""
      } catch {
        // Once, and not every second.
        let problem = error.description
        if problem != told { logger.warning("firmware profiles are not published: \(problem)") }
        told = problem
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
  }

  private func publish(_ published: inout [TopicName: Int64]) throws(SystemError) {
    for group in try shelf.groups() {
      guard let version = try shelf.versions(of: group).last, version != published[group] else { continue }
      link.keep(
        MQTTMessage(
          topic: Topic.profiles(group: group).description,
          payload: try shelf.payload(version, of: group), retain: true,
          contentType: SignedProfiles.contentType))
      published[group] = version
      logger.info("firmware profiles of group '\(group)', version \(version), handed to the broker")
    }
  }
}
