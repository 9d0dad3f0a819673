extension TargetSpace {
  /// Takes ports of TCP alone.
  package init(
    _ authorisation: Authorisation, wanted: [AddressBlock]? = nil, optOuts: AddressSet = .empty,
    ports: [UInt16], key: SipHash = SipHash(0, 0)
  ) throws(ScopeError) {
    try self.init(
      authorisation, wanted: wanted, optOuts: optOuts, services: ports.map { .tcp($0) }, key: key)
  }
}
