import Addresses
import Foundation
import Testing

@testable import Lab

/// These build real labs: they need root and the packages of `kadomori-lab deps`, and fail without.
@Suite("Lab", .serialized)
struct LifecycleTests {
  @Test("a small lab answers, leads nowhere, and leaves nothing")
  func small() throws {
    try withScratch { store in
      let before = try interfacesOfTheMachine()
      let lab = try LabRun.up(.small, options(store))
      #expect(lab.condition == .standing)
      #expect(try interfacesOfTheMachine().subtracting(before).isEmpty)
      #expect(try LabRun.only(in: store).id == lab.id)

      #expect(try answering(lab, .small) == [])
      try expectNoWayOut(of: lab)
      #expect(try lab.exec(in: "gw", ["sh", "-c", "cat; exit 7"], input: "hello").status == 7)
      #expect(try lab.exec(in: "gw", ["cat"], input: "hello").text == "hello")
      #expect(try lab.recording(of: "printer", .tcp(9100)).isEmpty)

      let gateway = try lab.exec(in: "gw", ["ip", "-br", "address"]).text
      #expect(gateway.contains("lan0") && gateway.contains("192.168.77.1/24"))
      #expect(gateway.contains("wan0") && gateway.contains("198.51.100.2/24"))

      try lab.down()
      #expect(Remains(of: lab.id, in: store) == .nothing)
      #expect(try interfacesOfTheMachine().subtracting(before).isEmpty)
      try lab.down()
      #expect(throws: LabError.self) { try LabRun.only(in: store) }
    }
  }

  @Test(
    "every persona answers, and nothing but its oracle is open", .timeLimit(.minutes(2)),
    arguments: [LabPlan.home, .wide])
  func complete(plan: LabPlan) throws {
    try withScratch { store in
      let lab = try LabRun.up(plan, options(store))
      defer { try? lab.down() }
      #expect(lab.document.lan.network == plan.network)
      #expect(
        try lab.exec(in: "gw", ["ip", "neigh", "show", "dev", "lan0"]).text == "",
        "the gateway knows nobody yet")
      for device in lab.document.personas + [lab.document.internet] where !device.services.isEmpty {
        let open = try openPorts(of: device, in: lab)
        #expect(open == Set(device.services.map(\.port)), "\(device.name)")
      }
      #expect(try answering(lab, plan) == [])
      try expectNoWayOut(of: lab)
      if plan == .home { try expectOrders(in: lab) }
      try lab.down()
      #expect(Remains(of: lab.id, in: store) == .nothing)
    }
  }

  private func expectOrders(in lab: LabRun) throws {
    #expect(try lab.recording(of: "printer", .tcp(9100)).isEmpty)
    // A persona reaches the internet host and its far address through the gateway, hidden by it.
    let orders = try lab.exec(
      in: "telnet",
      ["timeout", "5", "bash", "-c", "exec 3<>/dev/tcp/203.0.113.66/6667; echo VERSION >&3; head -1 <&3"])
    #expect(orders.text.contains(" 451 "))
  }

  @Test("a killed persona, a killed keeper and a second lab do not hinder down")
  func killed() throws {
    try withScratch { store in
      let first = try LabRun.up(.small, options(store))
      let second = try LabRun.up(.small, options(store))
      #expect(throws: LabError.self) { try LabRun.only(in: store) }
      try first.kill(persona: "mqtt-hub")
      #expect(try answering(first, .small) == ["mqtt-hub tcp/1883"])
      let keeper = try #require(try Manifest(readFrom: first.directory).keeper)
      kill(keeper.pid, SIGKILL)
      while keeper.isAlive { usleep(1000) }
      #expect(first.condition == .broken)
      let guest = try second.start(in: "gw", ["sleep", "1000"])
      try first.down()
      #expect(Remains(of: first.id, in: store) == .nothing)
      #expect(try answering(second, .small) == [])
      try second.down()
      #expect(Remains(of: second.id, in: store) == .nothing)
      #expect(guest.wait(atMost: .seconds(1)) == 128 + SIGTERM, "what was started in the lab ends with it")
      #expect(guest.stop() == 128 + SIGTERM)
    }
  }

  @Test("what a reboot leaves is removed, and no process is touched")
  func reboot() throws {
    try withScratch { store in
      let (id, directory) = try store.makeDirectory()
      var manifest = Manifest(
        document: LabDocument(id: id, plan: .small, directory: directory, personas: LabPlan.small.personas))
      manifest.state = .standing
      manifest.boot = "00000000-0000-0000-0000-000000000000"
      let bystander = try Command(["sleep", "1000"]).start(standard: (0, 1, 2))
      manifest.keeper = ProcessIdentity(bystander)
      try manifest.write(to: directory)
      // /run/netns survives where /run is not a tmpfs; the mounts in it do not.
      for name in manifest.namespaces.prefix(2) {
        try FileManager.default.createDirectory(
          atPath: NetworkNamespace.directory, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: NetworkNamespace(name: name).path))
      }
      #expect(try LabRun.down(id, in: store))
      #expect(Remains(of: id, in: store) == .nothing)
      #expect(ProcessIdentity(bystander) != nil)
      kill(bystander, SIGKILL)
      _ = ChildProcess.wait(bystander)
    }
  }

  @Test("a persona that does not come up is named with its log, and nothing is left")
  func broken() throws {
    try withScratch { store in
      var options = options(store)
      options.only = ["water-logger"]
      options.limit = .milliseconds(1)
      let error = #expect(throws: LabError.self) { try LabRun.up(.small, options) }
      #expect(error?.code == .failed)
      #expect(error?.description.contains("water-logger did not answer on tcp/80") == true)
      #expect(store.identifiers() == [])
    }
  }
}
