import LinuxIO
import Posture
import Profiles
import Stagger

extension Daemon {
  /// After a power loss, has the kernel let the LAN's devices go one after the other, where its owner asks for that.
  ///
  /// Only devices of which the report before the power loss says what they are; who is not known waits for nothing.
  ///
  /// `window` is that of the policy by which gateways come back.
  func holdLANs(secret: KeyedHash, within window: Duration) {
    guard closing.hasHelper else { return }
    for lan in configuration.lans where lan.holdsAfterPowerLoss {
      let devices = currentReports.first { $0.scan.interface == lan.interface }?.devices ?? []
      let held = LANRelease.plan(devices, profiles: profiles, secret: secret, window: window)
      guard !held.isEmpty else { continue }
      let words = held.flatMap { ["--device", "\($0.mac)=\($0.seconds)"] }
      let last = held.map(\.seconds).max() ?? 0
      let pace = ["--pace", "\(last + LANRelease.pace)"]
      closing.run(["hold-devices", "--interface", lan.interface] + pace + words) { [weak self] outcome in
        let text =
          outcome.status == 0
          ? "\(held.count) devices begin their connections within \(last) s (power-restoration spread), and few at once for \(LANRelease.pace) s more"
          : "no device is held back after the power loss: the firewall helper refused; see its log"
        var event = AgentEvent(.agent, outcome.status == 0 ? "holds-devices" : "holds-nothing")
        (event.interface, event.count) = (lan.interface, held.count)
        self?.happened([event])
        self?.note(Note(isProblem: outcome.status != 0, text: "\(lan.interface): \(text)"))
      }
    }
  }
}
