import Addresses
import Foundation
import Testing

@testable import Lab

private let everyPersona = LabPlan.allCases.flatMap(\.personas)

@Suite("Personas")
struct PersonaTests {
  @Test("each is complete", arguments: everyPersona.indices)
  func complete(index: Int) throws {
    let persona = everyPersona[index]
    #expect(persona.name.count <= 30)
    #expect(persona.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
    #expect(!persona.mac.isMulticast)
    #expect(persona.mac.octets[0] & 2 == 0, "a locally administered address has no vendor")
    #expect(!persona.services.isEmpty)
    #expect(Set(persona.services.map(\.port)).count == persona.services.count)
    #expect(!persona.programs.isEmpty)
    #expect(!persona.needs.isEmpty)
    #expect(persona.needs.python.allSatisfy { PythonPackages.pinned[$0] != nil })
    #expect(persona.needs.unpacked.allSatisfy { UnpackedPackages.known[$0] != nil })
    #expect(persona.files.keys.allSatisfy { !$0.hasPrefix("/") && !$0.contains("..") })
  }

  @Test(
    "no two of a plan share name, address or hardware address, but for the twins", arguments: LabPlan.allCases
  )
  func unique(plan: LabPlan) {
    let personas = plan.personas
    #expect(Set(personas.map(\.name)).count == personas.count)
    #expect(Set(personas.map(\.mac)).count == personas.count)
    let alone = personas.filter { !$0.name.hasPrefix("twin-") }
    #expect(Set(alone.map(\.address)).count == alone.count)
    #expect(!alone.map(\.address).contains(LabNetwork.gateway))
    #expect(!alone.map(\.address).contains(LabNetwork.readiness))
  }

  @Test("the home has at least twenty-four on its LAN")
  func home() {
    #expect(LabPlan.home.personas.filter(\.isOnLAN).count >= 24)
  }

  @Test("the wide plan has thirty, over all of its network")
  func wide() {
    let network = LabPlan.wide.network
    let addresses = LabPlan.wide.personas.map(\.address)
    #expect(network.prefix == 22 && network.contains(LabNetwork.gateway))
    #expect(addresses.count == 30 && addresses.allSatisfy(network.contains))
    let hosts = Array(network.hosts)
    #expect(addresses.first == hosts.first && addresses.last == hosts.last)
    // Hosts of each of its four /24, and those that look like a network or broadcast address of one.
    #expect(Set(addresses.map { $0.bits >> 8 }).count == 4)
    #expect(Set(addresses.map { $0.bits & 0xff }).isSuperset(of: [0, 255]))
  }

  @Test("the shell gets a directory with quotes and spaces as one word")
  func quoting() throws {
    let script = PersonaScript(
      persona: .telnetBox, directory: "/tmp/it's $HOME here", python: "/usr/bin/python3")
    let line = try #require(script.text.split(separator: "\n").first { $0.hasPrefix("mount --bind") })
    let words = try Command(["sh", "-c", "printf '%s\\n' \(line.dropFirst(5))"]).check().text
    #expect(words.split(separator: "\n") == ["--bind", "/tmp/it's $HOME here", "/mnt"])
  }

  @Test("every interface is made inside the lab")
  func topology() throws {
    let id = try #require(LabIdentifier("abcd"))
    let topology = Topology(id: id, lan: LabPlan.home.network, personas: LabPlan.home.personas)
    for line in topology.makeSwitch + topology.makeWAN where line.contains("type veth") {
      #expect(line.contains("netns kdm-abcd-"))
    }
    #expect(topology.makeNamespaces.allSatisfy { $0.hasPrefix("netns add kdm-abcd-") })
  }

  @Test("unknown names in a selection are refused")
  func selection() throws {
    var options = LabRun.Options()
    options.only = ["printer", "toaster"]
    #expect(throws: LabError.self) { try options.select(from: .small) }
    options.only = ["printer"]
    #expect(try options.select(from: .small).map(\.name) == ["printer"])
  }
}

@Suite("Lab identifier")
struct LabIdentifierTests {
  @Test(
    "reads four base32 characters and nothing else", arguments: ["ABCD", "abc", "abcde", "ab1d", "../x", ""])
  func refused(text: String) {
    #expect(LabIdentifier(text) == nil)
  }

  @Test("is read back as written")
  func roundTrip() {
    let id = LabIdentifier.random()
    #expect(LabIdentifier(id.description) == id)
  }
}
