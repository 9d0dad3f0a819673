/// What a trait is about; written before the colon of a ``Trait``.
package enum TraitFamily: String, Hashable, Sendable, CaseIterable {
  /// The sort of a frame: EtherType, or `llc`.
  case frame
  /// An IP protocol number with the version of IP.
  case ip
  /// The hop limit the sender starts with, by where it sends: `u` one host, `m` a group or all.
  case hops
  /// What an ARP message is for.
  case arp
  /// EAPOL: version, packet type and length (IEEE 802.1X-2020, 11.3).
  case eapol
  /// The list of DHCP option 55, in its order.
  case wanted
  /// One number of that list.
  case want
  /// The order of all DHCP options of one message type.
  case dhcp
  /// DHCP option 60.
  case client
  /// A word of DHCP option 60.
  case clientWord = "client-word"
  /// DHCP option 12 without serial numbers.
  case host
  /// The host name with every letter and digit made the same.
  case hostShape = "host-shape"
  /// Where its usage description is.
  case mud
  /// A DNS name asked for, without serial numbers.
  case name
  /// The registered domain of a name asked for.
  case domain
  /// The record type of a DNS question.
  case question
  /// A multicast DNS service asked for.
  case seeks
  /// A multicast DNS service offered.
  case offers
  /// An SSDP search target.
  case searches
  /// An SSDP notification type.
  case announces
  /// The software an HTTP or SSDP message names.
  case software
  /// The first octet of an NTP message: leap, version and mode (RFC 5905, section 7.3).
  case ntp
  /// A port it sends to, unasked.
  case port
  /// A port it answers from.
  case serves
  /// Window, largest segment, shift and options of its TCP SYN.
  case syn
  /// The shape of its TLS client hello.
  case tls
  /// A multicast group it joins.
  case group
  /// ICMP and ICMPv6 types.
  case icmp
  /// How its IPv6 addresses are made.
  case address
  /// What LLDP says.
  case lldp
  /// The size of a packet with its protocol.
  case size
  /// The sort of a packet and that of the next other one.
  case next
}
