import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// Profiles on their way from an operator to a gateway: real programs, a real broker.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProfileDeliveryTests {
  private static let profile = """
    id: kitchen-radio
    role: device
    title: {ja: 台所のラジオ, en: Kitchen radio}
    kind: speaker
    recognise:
      - confidence: 0.8
        service: {protocol: http, server: {starts_with: KitchenRadio/}}
    advice: {ja: 更新してください。, en: Update it.}
    sources: [RFC 9110]

    """

  private static func waits(_ gateway: EnrolledGateway, _ isWanted: (String) -> Bool) throws -> Bool {
    for _ in 0..<200 {
      if isWanted(try gateway.kadomori("profile", "list", "--json").text) { return true }
      usleep(50_000)
    }
    return false
  }

  @Test func `signed profiles reach a gateway that runs, go back, and nobody else's do`() throws {
    let fleet = try EnrolledFleet(profiles: true)
    try fleet.listen()
    let key = fleet.directory.path + "/profiles.pem"
    let file = try fleet.directory.write("kitchen-radio.yaml", Self.profile)
    let gateway = try fleet.gateway()
    #expect(try gateway.enrol(try fleet.token(group: "area-1")).status == 0)
    let agent = try gateway.run()
    defer { gateway.end(agent) }

    let first = try fleet.says("profiles", "publish", file, "--group", "area-1", "--key", key)
    #expect(first.status == 0 && first.text.contains("1 profiles, signed by"), "\(first)")
    #expect(try Self.waits(gateway) { $0.contains("kitchen-radio") }, "\(gateway.log)")
    let document = try gateway.kadomori("profile", "list", "--json").text
    #expect(document.contains("\"origin\" : \"delivered\""))
    #expect(try Schemas.faults(of: document, by: "profile-list") == "")
    #expect(gateway.log.contains("firmware profiles of group 'area-1'"))

    // What is wrong is not signed; what a stranger signed is refused, and said so.
    let bad = try fleet.directory.write("bad.yaml", "id: bad\n")
    #expect(
      try fleet.says("profiles", "publish", bad, "--group", "area-1", "--key", key).status == 65)
    let stranger = fleet.directory.path + "/stranger.pem"
    _ = try fleet.makeKey(stranger, for: "--profiles")
    let forged = try fleet.directory.write(
      "kitchen-radio.yaml", Self.profile.replacing("Kitchen radio", with: "Forged"))
    #expect(
      try fleet.says("profiles", "publish", forged, "--group", "area-1", "--key", stranger).status == 0)
    try gateway.waits { $0.contains("are refused (unknown-key)") }
    #expect(!(try gateway.kadomori("profile", "list", "--json").text.contains("Forged")))

    // The operator goes back by a signed step; the owner by a word.
    let back = try fleet.says("profiles", "rollback", "--to", "package", "--group", "area-1", "--key", key)
    #expect(back.status == 0, "\(back)")
    #expect(try Self.waits(gateway) { !$0.contains("kitchen-radio") }, "\(gateway.log)")
    #expect(try gateway.kadomori("profile", "rollback").status == 0)
    #expect(try Self.waits(gateway) { $0.contains("kitchen-radio") })
    #expect(try gateway.kadomori("profile", "rollback", "--packaged").status == 0)
    #expect(try Self.waits(gateway) { !$0.contains("kitchen-radio") })

    let list = try fleet.says("profiles", "list", "--json", errors: false)
    #expect(try Schemas.faults(of: list.text, by: "profile-bundles") == "", "\(list)")
    #expect(list.text.contains("\"restores\" : 0"))
    try fleet.heard("/_profiles/area-1")
    #expect(try fleet.violations() == [])
  }
}
