/// A thing a device says of itself to everyone on its LAN, unasked, in a closed list.
package enum DeviceFact: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// DHCP option 60 (RFC 2132, section 9.13).
  case dhcpVendorClass = "dhcp_vendor_class"
  /// The numbers of DHCP option 55 in the order it asks for them, separated by commas (RFC 2132, section 9.8).
  case dhcpParameters = "dhcp_parameters"
  /// DHCP option 12 (RFC 2132, section 3.14).
  case dhcpHostName = "dhcp_host_name"
  /// The DUID in DHCP option 61, lower-case hexadecimal (RFC 4361, section 6.1).
  case duid
  /// Where its MUD file is, as DHCP, LLDP or a certificate say (RFC 8520, sections 10 to 12).
  case mudURL = "mud_url"
  /// System name and description of LLDP (IEEE 802.1AB, sections 8.5.6 and 8.5.7).
  case lldpName = "lldp_name"
  case lldpDescription = "lldp_description"
  /// What it is switched on to do by its own word, words separated by blanks (IEEE 802.1AB, section 8.5.8).
  case lldpCapabilities = "lldp_capabilities"
}
