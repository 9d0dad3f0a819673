package import Addresses

/// What became of one device between two scans of its LAN.
package struct DeviceChange: Hashable, Sendable, Codable {
  package enum Event: String, Hashable, Sendable, Codable, CaseIterable {
    case appeared, gone
    /// It is back, and was told to be gone.
    case returned
    case portOpened = "port-opened"
    case portClosed = "port-closed"
    /// Another protocol answers on a port, or the device turned out to be another kind or make of thing.
    case identityChanged = "identity-changed"
    /// It answers from a hardware address that it did not have.
    case hardwareChanged = "hardware-changed"
  }

  /// What can be compared of a device or of one of its services; absent where it is not known.
  package struct State: Hashable, Sendable, Codable {
    package var kind: DeviceKind?
    package var profile: String?
    package var `protocol`: ServiceProtocol?
    package var tls: Bool?
    package var vendor: String?
    package var model: String?
    package var firmware: String?

    package init(
      kind: DeviceKind? = nil, profile: String? = nil, protocol: ServiceProtocol? = nil, tls: Bool? = nil,
      vendor: String? = nil, model: String? = nil, firmware: String? = nil
    ) {
      self.kind = kind
      self.profile = profile
      self.protocol = `protocol`
      self.tls = tls
      self.vendor = vendor
      self.model = model
      self.firmware = firmware
    }
  }

  package var event: Event
  package var device: String
  /// Absent where the device as a whole is meant.
  package var service: Port?
  package var before: State?
  package var after: State?

  package init(
    _ event: Event, device: String, service: Port? = nil, before: State? = nil, after: State? = nil
  ) {
    self.event = event
    self.device = device
    self.service = service
    self.before = before
    self.after = after
  }
}

extension DeviceChange {
  /// The change as the ISP sees it by default: without the texts that came from the device.
  package var atDefaultDetail: DeviceChange {
    func bare(_ state: State?) -> State? {
      state.map { State(kind: $0.kind, profile: $0.profile, protocol: $0.protocol, tls: $0.tls) }
    }
    var change = self
    change.before = bare(before)
    change.after = bare(after)
    return change
  }

  /// Returns what changed from one report of a LAN to the next, in the order of devices and ports.
  ///
  /// Nothing is gone or closed by an interrupted scan, nor by a device that stopped answering in it; and
  /// what merely became unknown has not changed. A device that is absent was told to be gone when it became so,
  /// and nothing of it changes until it returns.
  package static func changes(from old: PostureReport?, to new: PostureReport) -> [DeviceChange] {
    guard let old else { return [] }
    let before = Dictionary(old.devices.map { ($0.id, $0) }) { first, _ in first }
    let after = Set(new.devices.map(\.id))
    var changes = new.devices.flatMap { device -> [DeviceChange] in
      guard let known = before[device.id] else {
        return device.isAbsent ? [] : [DeviceChange(.appeared, device: device.id, after: State(device))]
      }
      if device.isAbsent {
        return known.isAbsent ? [] : [DeviceChange(.gone, device: device.id, before: State(known))]
      }
      let isWhole = new.scan.complete && !device.remarks.contains(.stoppedAnswering)
      let back = DeviceChange(.returned, device: device.id, after: State(device))
      return (known.isAbsent ? [back] : []) + between(known, device, isWhole: isWhole)
    }
    if new.scan.complete {
      changes += old.present.filter { !after.contains($0.id) }.map {
        DeviceChange(.gone, device: $0.id, before: State($0))
      }
    }
    return changes
  }

  private static func between(_ old: Device, _ new: Device, isWhole: Bool) -> [DeviceChange] {
    var changes: [DeviceChange] = []
    if State(old).differs(from: State(new)) {
      changes.append(
        DeviceChange(.identityChanged, device: new.id, before: State(old), after: State(new)))
    }
    if !old.macs.isEmpty, !Set(new.macs).isSubset(of: old.macs) {
      changes.append(DeviceChange(.hardwareChanged, device: new.id))
    }
    let before = Dictionary(old.services.map { ($0.port, $0) }) { first, _ in first }
    let after = Set(new.services.map(\.port))
    for service in new.services {
      guard let known = before[service.port] else {
        changes.append(
          DeviceChange(.portOpened, device: new.id, service: service.port, after: State(service)))
        continue
      }
      guard State(known).differs(from: State(service)) else { continue }
      changes.append(
        DeviceChange(
          .identityChanged, device: new.id, service: service.port, before: State(known),
          after: State(service)))
    }
    if isWhole {
      changes += old.services.filter { !after.contains($0.port) }.map {
        DeviceChange(.portClosed, device: new.id, service: $0.port, before: State($0))
      }
    }
    return changes
  }
}

extension DeviceChange.State {
  package init(_ device: Device) {
    // The maker of a network interface stands in while the device itself is not heard: no other device.
    let isMakerOnly = device.evidence.contains { $0.source == .vendorPrefix && $0.vendor == device.vendor }
    self.init(
      kind: device.kind == .unknown ? nil : device.kind, profile: device.profile,
      vendor: isMakerOnly ? nil : device.vendor,
      model: device.model, firmware: device.firmware)
  }

  package init(_ service: Service) {
    self.init(
      protocol: service.protocol == .unknown ? nil : service.protocol, tls: service.tls ? true : nil)
  }

  /// Whether something that is known of both is not the same; the profile alone is our own opinion.
  func differs(from other: Self) -> Bool {
    func differ<Value: Equatable>(_ left: Value?, _ right: Value?) -> Bool {
      if let left, let right { left != right } else { false }
    }
    return differ(kind, other.kind) || differ(`protocol`, other.protocol) || differ(vendor, other.vendor)
      || differ(model, other.model) || differ(firmware, other.firmware)
  }
}

extension DeviceChange: CustomStringConvertible {
  /// One line of a log, without texts that came from the device.
  package var description: String {
    let what = service.map { "port \($0) of \(device)" } ?? device
    let change = atDefaultDetail
    return switch event {
    case .appeared: "\(what) is new\(Self.list(change.after))"
    case .gone: "\(what) is gone\(Self.list(change.before))"
    case .returned: "\(what) is back\(Self.list(change.after))"
    case .hardwareChanged: "\(what) answers from another hardware address"
    case .portOpened: "\(what) opened\(Self.list(change.after))"
    case .portClosed: "\(what) closed\(Self.list(change.before))"
    case .identityChanged:
      "\(what) changed: was\(Self.list(change.before)), is\(Self.list(change.after))"
    }
  }

  private static func list(_ state: State?) -> String {
    let parts = [state?.kind?.rawValue, state?.protocol?.rawValue, state?.profile].compactMap(\.self)
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }
}
