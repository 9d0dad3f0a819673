import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

/// What this gateway does itself about a finding, as a stranger sees it, and what it leaves to people.
@Suite(.serialized) struct FixTests {
  @Test(.timeLimit(.minutes(2))) func `closes what strangers reach, and opens it by the finding's id`() throws
  {
    let gateway = try Gateway()
    try gateway.forgetNameServers()
    try gateway.listen(in: "lan", "tcp/23")
    try gateway.nft(
      "table ip forwards { chain prerouting { type nat hook prerouting priority dstnat; iifname wan0 tcp dport 2323 dnat to 192.168.9.2:23; }; }"
    )
    try gateway.activate()
    let camera = Device(
      id: "dev-aaaaaaaaaaaaaaaa", addresses: [try #require(IPAddress("192.168.9.2"))], kind: .camera,
      services: [Service(port: .tcp(23), protocol: .telnet), Service(port: .tcp(80), protocol: .http)])
    let open = Finding(
      check: "telnet-open", severity: .high, device: camera.id, service: .tcp(23), remedy: "turn-off")
    let inside = Finding(
      check: "management-page-without-tls", severity: .low, device: camera.id, service: .tcp(80),
      remedy: "secure-page")
    let scan = ScanFacts(
      interface: "lan0", networks: [], started: WallTime(milliseconds: 1_800_000_000_000),
      durationMilliseconds: 1,
      complete: true)
    let report = PostureReport(scan: scan, devices: [camera], findings: [open, inside])
    try gateway.directory.write(
      "state/posture-lan0.json", String(decoding: JSONEncoder().encode(report), as: UTF8.self))
    let places = [
      "--state", gateway.directory.path + "/state", "--config", gateway.directory.path + "/kadomori.yaml",
    ]
    func fix(_ words: String..., errors: Bool = true) throws -> (status: CInt, text: String) {
      try gateway.run(
        in: "gw",
        ["env", "-u", "SSH_CONNECTION", "LANG=C.UTF-8", Gateway.program, "fix"] + words + places
          + gateway.options,
        errors: errors)
    }
    #expect(try gateway.openPorts("2323") == ["tcp/2323"])

    let dry = try fix(open.id, "--dry-run")
    #expect(dry.status == 0 && dry.text.contains("tcp/2323"), "\(dry.text)")
    let document = try fix(open.id, "--dry-run", "--json", errors: false)
    #expect(try Schemas.faults(of: document.text, by: "fix") == "")
    #expect(try gateway.openPorts("2323") == ["tcp/2323"], "nothing is changed")

    let fixed = try fix("telnet-open")
    #expect(fixed.status == 0 && fixed.text.contains("kadomori confirm"), "\(fixed.text)")
    #expect(try gateway.openPorts("2323").isEmpty)
    let undone = try gateway.kadomori("undo", open.id, "--state", gateway.directory.path + "/state")
    #expect(undone.status == 0, "\(undone.text)")
    #expect(try gateway.openPorts("2323") == ["tcp/2323"])

    let page = try fix(inside.id)
    #expect(
      page.status == 2 && page.text.contains("1. ") && page.text.contains("http://192.168.9.2:80/")
        && page.text.contains("HTTPS"), "\(page.text)")
    let told = try fix(inside.id, "--json", errors: false)
    #expect(try told.status == 2 && Schemas.faults(of: told.text, by: "fix") == "")
    #expect(try fix("no-such-finding").status == 3)
    #expect(
      try gateway.kadomori("undo", "no-such-finding", "--state", gateway.directory.path + "/state").status
        == 3)
  }
}
