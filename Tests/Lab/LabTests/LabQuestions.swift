import Addresses
import Foundation
import Testing

@testable import Lab

func options(_ store: LabStore) -> LabRun.Options {
  var options = LabRun.Options()
  options.store = store
  return options
}

/// Asks every service once more, from the gateway; returns those that stay silent for two seconds.
func answering(_ lab: LabRun, _ plan: LabPlan) throws -> [String] {
  let gateway = NetworkNamespace(name: lab.document.namespaces.gateway)
  let personas = plan.personas
  let targets = personas.enumerated().flatMap { index, persona in
    persona.services.map {
      Readiness.Target(persona: index, service: $0, address: persona.address, namespace: gateway)
    }
  }
  let readiness = Readiness(targets: targets, limit: .seconds(4), source: LabNetwork.gateway)
  switch try readiness.wait(isHopeless: { false }) {
  case .ready: return []
  case .silent(let silent): return silent.map { "\(personas[$0.persona].name) \($0.service.port)" }.sorted()
  }
}

/// The ports on which a device listens to its network; sockets of the ephemeral range are clients.
func openPorts(of device: LabDocument.Device, in lab: LabRun) throws -> Set<Addresses.Port> {
  let table = try lab.exec(in: device.name, ["ss", "-tulnH"]).text
  return Set(
    table.split(separator: "\n").compactMap { line -> Addresses.Port? in
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count > 4, let transport = Transport(rawValue: String(fields[0])),
        let colon = fields[4].lastIndex(of: ":"),
        let number = UInt16(fields[4][fields[4].index(after: colon)...])
      else { return nil }
      let host = fields[4][..<colon]
      if host.hasPrefix("127.") || host == "[::1]" { return nil }
      return transport == .udp && number >= 32768 && number < 61000 && number != 47808
        ? nil : Port(transport, number)
    })
}

/// Expects that no namespace of the lab has an interface or a route that leaves the lab.
func expectNoWayOut(of lab: LabRun) throws {
  let names = lab.document.allNamespaces
  for name in names {
    let namespace = NetworkNamespace(name: name)
    // `ip` names the namespace of a veth's other end when it has a name, which the machine's has not.
    let links = try Command(["ip", "-n", name, "-d", "-o", "link"]).check().text
    for line in links.split(separator: "\n") where line.contains("veth") {
      if let range = line.range(of: "link-netns ") {
        #expect(line[range.upperBound...].hasPrefix(lab.id.namespacePrefix), "\(name): \(line)")
      } else {
        #expect(!line.contains("link-netnsid"), "\(name) has a peer in a namespace without a name: \(line)")
      }
    }
    #expect(namespace.inode != nil)
  }
  let route = try lab.exec(in: "gw", ["ip", "route", "get", "8.8.8.8"]).text
  #expect(route.contains("via 198.51.100.1 dev wan0"))
  #expect(try lab.exec(in: "internet", ["ip", "route", "get", "8.8.8.8"]).status != 0)
}
