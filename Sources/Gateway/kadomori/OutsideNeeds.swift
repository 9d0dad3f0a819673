import Addresses
import Exposures
import Posture
import Profiles

/// Whether a port is needed from a side, as the firmware profiles and the makers' MUD files say.
struct OutsideNeeds {
  private let profiles: ProfileSet

  init(_ profiles: ProfileSet) {
    self.profiles = profiles
  }

  func need(
    _ side: ClosingTarget.Side, _ device: Device?, _ port: Port
  ) -> (need: Need, source: NeedSource?) {
    let origin: Origin = side == .wan ? .wan : .lan
    guard let device else {
      // Which gateway this is nobody says, so what any of them needs is needed.
      let isNeeded = profiles.profiles.contains { $0.role == .gateway && $0.need(port, from: origin) != nil }
      return isNeeded ? (.yes, .profile) : (.unknown, nil)
    }
    guard let service = device.services.first(where: { $0.port == port }) else { return (.unknown, nil) }
    let verdict = device.profile.flatMap { profiles[$0] }?.verdict(on: service)
    switch verdict?.need {
    case .yes: return (verdict?.from.contains(origin) == true ? .yes : .no, .profile)
    case .no: return (.no, .profile)
    // A maker's word counts inside the house; outside it never speaks a port free, but it can say that none needs it.
    default: return service.needed == .no && service.neededBy == .mud ? (.no, .mud) : (.unknown, nil)
    }
  }
}
