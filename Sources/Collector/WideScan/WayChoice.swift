import Addresses
import LinuxIO

/// Chooses how probes leave: as they were told to, or the fastest way that this process may use.
enum WayChoice {
  static func way(
    for job: WideScanner.Job, on interface: NetworkInterface
  ) throws -> (way: any ProbeWay, link: Link, reason: String?) {
    guard job.tier != .connect else { return try connect(job, interface, because: nil) }
    do {
      guard interface.isEthernet, let hardware = interface.hardwareAddress else {
        guard job.tier == nil else {
          throw WideScanError(
            .network, "interface '\(job.interface)' has no hardware addresses (Ethernet); leave 'tier' out")
        }
        return try connect(job, interface, because: "the interface has no hardware addresses (Ethernet)")
      }
      let link = try LinkSearch.link(for: job.space, on: interface, hardware: hardware)
      return (try RawWay(job, on: interface, link), link, nil)
    } catch let error as SystemError where error.isPermission && job.tier == nil {
      return try connect(job, interface, because: "CAP_NET_RAW is missing")
    }
  }

  private static func connect(
    _ job: WideScanner.Job, _ interface: NetworkInterface, because reason: String?
  ) throws -> (way: any ProbeWay, link: Link, reason: String?) {
    guard !job.space.services.contains(.echo) else {
      throw WideScanError(
        .network, "an echo needs frames of our own: CAP_NET_RAW, an Ethernet, and no 'tier: connect'")
    }
    let link = try LinkSearch.link(for: job.space, on: interface, hardware: nil)
    return (try ConnectWay(job, on: interface, link), link, reason)
  }
}
