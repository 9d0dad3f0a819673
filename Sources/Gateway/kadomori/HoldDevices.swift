import Addresses
import ArgumentParser
import Firewall

/// Holds devices of a LAN back for some seconds; the agent runs it after a power loss.
struct HoldDevices: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold-devices", abstract: "Keep devices from new connections for some seconds.",
    shouldDisplay: false)

  @Option(help: ArgumentHelp("The interface of the LAN.", valueName: "name"))
  var interface: String

  @Option(help: ArgumentHelp("A device and its seconds.", valueName: "mac=seconds"))
  var device: [HeldDevice]

  @Option(help: ArgumentHelp("For how long they begin few connections only.", valueName: "seconds"))
  var pace: Int?

  @Flag(help: "Print nothing.")
  var json = false

  @OptionGroup var firewall: FirewallOptions

  func run() throws {
    let order = LANHold(interface: interface, devices: device.map(\.device), paceSeconds: pace)
    _ = try firewall.ask(.hold(order))
  }
}

/// `10:6f:3f:2a:31:02=30`.
struct HeldDevice: ExpressibleByArgument {
  var device: LANHold.Device

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let mac = MACAddress(String(parts[0])), let seconds = Int(parts[1]) else {
      return nil
    }
    device = LANHold.Device(mac: mac, seconds: seconds)
  }
}
