import Addresses
import Posture

/// Which hardware addresses answered for which addresses.
struct Claimants {
  private var holders: [IPAddress: Set<MACAddress>] = [:]

  init(of devices: [Device]) {
    for device in devices {
      guard let mac = device.mac else { continue }
      for address in device.addresses { holders[address, default: []].insert(mac) }
    }
  }

  /// The most hardware addresses that answer for one address of the device.
  func most(of device: Device) -> Int {
    device.addresses.map { holders[$0]?.count ?? 1 }.max() ?? 1
  }
}
