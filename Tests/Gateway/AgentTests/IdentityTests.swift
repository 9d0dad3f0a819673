import Addresses
import Agent
import Foundation
import LinuxIO
import Testing

@Suite struct IdentityTests {
  private let directory = FileManager.default.temporaryDirectory.appending(
    path: "kadomori-identity-\(UUID())"
  ).path

  @Test func isMadeOnceKeptPrivateAndStable() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory + "/other")
    let first = try AgentIdentity.readOrMake(in: directory)
    let second = try AgentIdentity.readOrMake(in: directory)
    let mac = MACAddress(bits: 0x0000_5e00_5301)
    #expect(first.gateway == second.gateway && first.deviceID(mac) == second.deviceID(mac))
    #expect(AgentIdentity.existing(in: directory)?.gateway == first.gateway)
    for name in ["gateway.key", "device.secret"] {
      let mode =
        try FileManager.default.attributesOfItem(atPath: directory + "/" + name)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(name)")
    }
    let other = try AgentIdentity.readOrMake(in: directory + "/other")
    #expect(other.gateway != first.gateway && other.deviceID(mac) != first.deviceID(mac))
    #expect(!first.deviceID(mac).contains("5e00"))
  }

  @Test(arguments: ["gateway.key", "device.secret"])
  func aSecretThatOthersMayReadIsRefused(name: String) throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory)
    _ = try AgentIdentity.readOrMake(in: directory)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory + "/" + name)
    let error = #expect(throws: AgentError.self) { try AgentIdentity.readOrMake(in: directory) }
    #expect(error?.code == .state && error?.description.contains("chmod 600") == true)
  }

  @Test func aBrokenKeyIsNeverReplacedSilently() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory)
    _ = try AgentIdentity.readOrMake(in: directory)
    let key = directory + "/gateway.key"
    try Data("-----BEGIN PRIVATE KEY-----\n".utf8).write(to: URL(fileURLWithPath: key))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    let error = #expect(throws: AgentError.self) { try AgentIdentity.readOrMake(in: directory) }
    #expect(error?.description.contains("gateway.key") == true)
  }
}
