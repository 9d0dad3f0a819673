/// What sort of thing a device is.
package enum DeviceKind: String, Hashable, Sendable, Codable, CaseIterable {
  case router
  case accessPoint = "access-point"
  case camera, recorder, printer, nas, tv, speaker, phone, computer, hub, appliance, meter, plc, hmi
  case buildingController = "building-controller"
  case server, unknown
}
