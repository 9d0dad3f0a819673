import Addresses

extension Persona {
  /// Three of each of ten devices that start fast, like ones far apart.
  static let wide: [Persona] = {
    let kinds: [Persona] = [
      .telnetBox, .waterLogger, .accessPoint, .coapPlug, .mqttHub, .openResolver, .clock, .serialServer,
      .powerCard, .legacyBox,
    ]
    return wideHosts.enumerated().map { index, host in
      kinds[index % kinds.count].copy(
        1 + index / kinds.count, at: IPv4Address(bits: LabNetwork.site.base.bits + host))
    }
  }()

  /// Hosts of the /22 from its first to its last.
  ///
  /// 255 and 256 are `192.168.76.255` and `192.168.77.0`, which are hosts here like any other.
  private static let wideHosts: [UInt32] = [
    1, 36, 71, 106, 141, 177, 212, 255, 256, 318, 353, 388, 423, 459, 494, 529, 564, 600, 635, 670, 705, 740,
    776, 811, 846, 881, 917, 952, 987, 1022,
  ]

  /// The same device once more, with the address, the name and the serial number of its own.
  private func copy(_ number: Int, at address: IPv4Address) -> Persona {
    Persona(
      name: "\(name)-\(number)", summary: summary, kind: kind, vendor: vendor,
      mac: MACAddress(bits: mac.bits & ~0xff_ffff | UInt64(address.bits & 0xff_ffff)),
      place: .address(address), services: services, needs: needs, files: files, preparation: preparation,
      programs: programs, recordings: recordings)
  }
}
