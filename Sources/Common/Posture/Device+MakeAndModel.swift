extension Device {
  /// Vendor and model; many models carry their vendor's name already.
  package var makeAndModel: String? {
    guard let model else { return vendor }
    guard let vendor, !model.lowercased().hasPrefix(vendor.lowercased()) else { return model }
    return "\(vendor) \(model)"
  }
}
