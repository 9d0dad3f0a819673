package import Posture
package import Profiles

/// One device with all that a check may know about it.
package struct Subject: Sendable {
  package var device: Device
  /// The profile that matched, where there is one.
  package var profile: FirmwareProfile?
  /// How many hardware addresses answered for one of the device's addresses, at most; 1 is how it should be.
  package var claimants: Int
  /// What time it is; `nil` where no clock can be trusted.
  package var now: WallTime?

  package init(
    device: Device, profile: FirmwareProfile? = nil, claimants: Int = 1, now: WallTime? = nil
  ) {
    self.device = device
    self.profile = profile
    self.claimants = claimants
    self.now = now
  }

  /// A Boolean value indicating whether the device is the one that leads to the Internet.
  var isRouter: Bool { device.kind == .router || profile?.kind == .router }

  /// Whether the device needs a service from everywhere it can be reached.
  ///
  /// Without a word of a profile, what is written on the service counts, and never for the Internet.
  func needs(_ service: Service) -> Bool {
    if let verdict = profile?.verdict(on: service), verdict.need != .unknown || service.neededBy != .mud {
      return verdict.covers(service.exposure)
    }
    return service.needed == .yes && !service.isOnInternet
  }

  /// Whether the device needs a service at all.
  func uses(_ service: Service) -> Bool {
    profile?.verdict(on: service).need == .yes || service.needed == .yes
  }
}

extension Service {
  var isOnInternet: Bool { exposure.contains(.wan) }

  /// Whether it let us in without credentials; `false` also where nobody asked.
  var letsAnyoneIn: Bool { facts[.anonymous] == "open" }
}
