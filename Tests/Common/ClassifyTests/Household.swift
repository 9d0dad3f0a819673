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

  static var examples: [Example] {
    types.flatMap { type in (0..<12).map { Example(type: type, traits: traits(of: type, capture: $0)) } }
  }

  static let model = Training().model(of: examples)
}
