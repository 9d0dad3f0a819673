package import Posture
package import Wording

/// What is known of one family of firmware: how it looks, what it needs and what is bad about it.
package struct FirmwareProfile: Hashable, Sendable {
  /// Whose firmware it is.
  package enum Role: String, Hashable, Sendable, CaseIterable {
    /// The machine we run on.
    case gateway
    case device
  }

  /// Who wrote it: what came with the product, what the provider's operators sent, or the person who runs this site.
  ///
  /// Of two profiles with one id the later of these counts.
  package enum Author: String, Hashable, Sendable, CaseIterable {
    case shipped, delivered, local
  }

  /// One clue and how sure it alone makes us.
  package struct Rule: Hashable, Sendable {
    /// Above 0, at most 1.
    package var confidence: Double
    package var condition: Condition

    package init(confidence: Double, condition: Condition) {
      self.confidence = confidence
      self.condition = condition
    }
  }

  /// The name of its file, without `.yaml`.
  package var id: String
  package var author: Author
  package var role: Role
  /// The id of the profile of the family that it belongs to; see ``inheriting(from:)``.
  package var family: String?
  package var title: LocalizedText
  package var kind: DeviceKind
  package var vendor: String?
  package var model: String?
  /// Which facts tell vendor, model and firmware of the very device.
  package var reads: FactSources
  package var recognise: [Rule]
  package var needs: [PortNeed]
  package var unneeded: [PortNeed]
  package var bad: [KnownBad]
  /// Whether it may begin its connections a minute later after a power loss.
  package var mayWait: Bool
  package var advice: LocalizedText
  /// Where the facts come from: addresses of documents, names of standards.
  package var sources: [String]

  package init(
    id: String, author: Author = .shipped, role: Role = .device, family: String? = nil,
    title: LocalizedText, kind: DeviceKind, vendor: String? = nil, model: String? = nil,
    reads: FactSources = FactSources(), recognise: [Rule] = [],
    needs: [PortNeed] = [], unneeded: [PortNeed] = [], bad: [KnownBad] = [], mayWait: Bool = false,
    advice: LocalizedText, sources: [String] = []
  ) {
    self.id = id
    self.author = author
    self.role = role
    self.family = family
    self.title = title
    self.kind = kind
    self.vendor = vendor
    self.model = model
    self.reads = reads
    self.recognise = recognise
    self.needs = needs
    self.unneeded = unneeded
    self.bad = bad
    self.mayWait = mayWait
    self.advice = advice
    self.sources = sources
  }
}

extension DeviceKind {
  /// Whether devices of this kind may ever be held back after a power loss.
  ///
  /// Whatever people call for help with, watch a door with or run a plant by never is; nor is what nobody knows.
  package var mayEverWait: Bool {
    switch self {
    case .printer, .nas, .tv, .speaker, .appliance, .recorder: true
    case .router, .accessPoint, .camera, .phone, .computer, .hub, .meter, .plc, .hmi, .buildingController,
      .server, .unknown:
      false
    }
  }
}

/// A thing of a device that is known to be bad.
package struct KnownBad: Hashable, Sendable {
  /// The id of a check in the catalogue.
  package var check: String
  package var when: Condition
  package var known: LocalizedText
  package var sources: [String]

  package init(check: String, when: Condition, known: LocalizedText, sources: [String] = []) {
    self.check = check
    self.when = when
    self.known = known
    self.sources = sources
  }
}

/// Which facts of which protocol name the device.
package struct FactSources: Hashable, Sendable {
  package struct Source: Hashable, Sendable {
    package var `protocol`: ServiceProtocol
    package var fact: ServiceFact

    package init(protocol: ServiceProtocol, fact: ServiceFact) {
      self.protocol = `protocol`
      self.fact = fact
    }
  }

  package var vendor: Source?
  package var model: Source?
  package var firmware: Source?

  package init(vendor: Source? = nil, model: Source? = nil, firmware: Source? = nil) {
    self.vendor = vendor
    self.model = model
    self.firmware = firmware
  }
}
