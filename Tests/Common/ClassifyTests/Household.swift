import Classify
import Posture
import Traits

/// A small made-up set of examples: lamps and cameras of two makers each, with chance in what they show.
enum Household {
  static let types = [
    DeviceType(name: "LampA", kind: .appliance, vendor: "Ayame"),
    DeviceType(name: "CamA", kind: .camera, vendor: "Ayame"),
    DeviceType(name: "LampB", kind: .appliance, vendor: "Botan"),
    DeviceType(name: "CamB", kind: .camera, vendor: "Botan"),
    DeviceType(name: "HubC", kind: .hub, vendor: "Cho"),
  ]

  static func traits(of type: DeviceType, capture: Int) -> Set<Trait> {
    var traits: Set<Trait> = [
      Trait(.frame, "800"), Trait(.frame, "806"), Trait(.ip, "4-17"), Trait(.host, type.name.lowercased()),
      Trait(.domain, type.vendor.lowercased() + ".example"), Trait(.client, "client-" + type.vendor),
      Trait(.announces, "urn:\(type.vendor):\(type.kind.rawValue)"),
      Trait(.wanted, "1-3-\(type.vendor.utf8.count)"),
      Trait(.syn, "window-\(type.name.utf8.reduce(0) { $0 + Int($1) })"),
    ]
    for index in 0..<6 where (capture + index) % 3 == 0 {
      traits.insert(Trait(.size, "\(type.name)-\(index)"))
    }
    for index in 0..<4 where (capture * 7 + index) % 2 == 0 { traits.insert(Trait(.next, "x>\(index)")) }
    return traits
  }

  /// What frames to many tell: no names of hosts, no ways of opening connections.
  static func traitsToMany(of type: DeviceType, capture: Int) -> Set<Trait> {
    traits(of: type, capture: capture).filter { ![.domain, .syn].contains($0.family) }
  }

  static var examples: [Example] {
    types.flatMap { type in
      (0..<12).map { capture in
        let toMany = traitsToMany(of: type, capture: capture)
        return Example(
          type: type,
          heard: [
            .everything: traits(of: type, capture: capture), .broadcast: toMany,
            .first10: toMany.filter { [.frame, .ip, .host, .wanted, .client].contains($0.family) },
          ])
      }
    }
  }

  static let model = Training().model(of: examples)
}
