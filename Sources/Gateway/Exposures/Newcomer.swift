import Addresses
import JSONTree

/// The first packet of a stranger's connection: what of it is known, and what the rules have to leave open.
struct Newcomer {
  var interface: String
  /// Where it would leave again; `nil` where it is for the gateway, or not known.
  var leaving: String?
  var isVersion6: Bool
  var transport: Transport
  /// `nil` while any port is meant.
  var port: UInt16?
  /// The device it is for, after translation; `nil` for the gateway itself.
  var destination: IPAddress?
  /// The gateway's own addresses; what is for the gateway is for one of them.
  var own: Set<IPAddress> = []
  var isTranslated = false

  /// What a part of a packet is.
  enum Known: Hashable {
    case texts(Set<String>)
    case number(Int)
    case addresses(Set<IPAddress>)
    case several([Known])
    /// The packet has no such part, so that no rule about it applies.
    case absent
    case unknown
  }

  /// The value of an expression of nft.
  func value(of expression: JSONValue) -> Known {
    guard let (tag, value) = expression.tagged else { return .unknown }
    switch tag {
    case "meta": return meta(value["key"]?.text ?? "")
    case "payload":
      if let base = value["base"]?.text {
        return raw(base, at: value["offset"]?.number ?? 0, length: value["len"]?.number ?? 0)
      }
      return payload(value["protocol"]?.text ?? "", value["field"]?.text ?? "")
    case "ct": return conntrack(value["key"]?.text ?? "")
    case "fib":
      let isType = value["result"]?.text == "type" && value["flags"]?.items?.first?.text == "daddr"
      return isType && value["flags"]?.items?.count == 1 && destination == nil ? .texts(["local"]) : .unknown
    case "concat": return .several((value.items ?? []).map { self.value(of: $0) })
    case "&":
      // "tcp flags & (fin|syn|rst|ack) == syn": the first packet of a connection has SYN alone.
      let isFlags = value.items?.first?["payload"]?["field"]?.text == "flags"
      return isFlags ? (transport == .tcp ? .texts(["syn"]) : .absent) : .unknown
    default: return .unknown
    }
  }

  private func meta(_ key: String) -> Known {
    switch key {
    case "iifname", "iif": .texts([interface])
    case "oifname", "oif": leaving.map { .texts([$0]) } ?? .unknown
    case "l4proto": .texts([transport.rawValue])
    case "nfproto": .texts([isVersion6 ? "ipv6" : "ipv4"])
    case "protocol": .texts([isVersion6 ? "ip6" : "ip"])
    // A router's own packets are for this host.
    case "pkttype": .texts(["host", "unicast"])
    default: .unknown
    }
  }

  private func payload(_ protocol: String, _ field: String) -> Known {
    switch (`protocol`, field) {
    case ("tcp", _) where transport != .tcp, ("udp", _) where transport != .udp: .absent
    case ("tcp", "dport"), ("udp", "dport"), ("th", "dport"): port.map { .number(Int($0)) } ?? .unknown
    case ("tcp", "flags"): .texts(["syn"])
    case ("ip", _) where isVersion6, ("ip6", _) where !isVersion6: .absent
    case ("ip", "daddr"), ("ip6", "daddr"):
      destination.map { .addresses([$0]) } ?? (own.isEmpty ? .unknown : .addresses(own))
    case ("ip", "protocol"), ("ip6", "nexthdr"): .texts([transport.rawValue])
    case ("icmp", _), ("icmpv6", _), ("sctp", _), ("dccp", _), ("igmp", _), ("esp", _), ("ah", _): .absent
    default: .unknown
    }
  }

  /// Bits of a header by their place, as programs write rules that do without nft (miniupnpd is one).
  private func raw(_ base: String, at offset: Int, length: Int) -> Known {
    switch (base, offset, length) {
    case ("th", 16, 16): port.map { .number(Int($0)) } ?? .unknown
    // The protocol and the destination in a header of version 4 (RFC 791, section 3.1).
    case ("nh", 72, 8) where !isVersion6: .number(transport == .tcp ? 6 : 17)
    case ("nh", 128, 32) where !isVersion6: payload("ip", "daddr")
    default: .unknown
    }
  }

  private func conntrack(_ key: String) -> Known {
    switch key {
    case "state": .texts(["new"])
    case "direction": .texts(["original"])
    case "status": isTranslated ? .texts(["dnat"]) : .texts([])
    default: .unknown
    }
  }
}
