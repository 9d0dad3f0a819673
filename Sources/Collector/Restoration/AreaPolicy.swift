/// What is published for an area now.
package struct AreaPolicy: Hashable, Sendable, Codable {
  package var version: Int64
  /// 0 for the policy, which gateways keep for the next outage; more for the speeds published since.
  package var step: Int64 = 0
  package var windowSeconds: Int64
  package var speed = 1.0
  package var epoch: Int64 = 0

  package init(version: Int64, windowSeconds: Int64) {
    self.version = version
    self.windowSeconds = windowSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case version, step, speed, epoch
    case windowSeconds = "window_s"
  }
}
