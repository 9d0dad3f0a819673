import Agent
import LocalControl
import Posture

extension PathOptions {
  /// What a running agent knows of each LAN, which has heard devices since its last scan; `nil` where none runs.
  var runningReports: [PostureReport]? {
    // Another state directory is another agent's.
    guard state == nil || runtime != nil else { return nil }
    return (try? ControlClient.ask(.devices, at: paths.controlSocket)).flatMap {
      JSON.decode([PostureReport].self, $0)
    }
  }
}
