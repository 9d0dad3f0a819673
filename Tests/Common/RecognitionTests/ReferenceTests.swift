import Addresses
import Posture
import Profiles
import Recog
import Recognition
import Testing

struct ReferenceTests {
  /// Lines as the registry's files hold them.
  private let lines = [
    "Registry,Assignment,Organization Name,Organization Address",
    "MA-L,00C0B7,AMERICAN POWER CONVERSION CORP,267 BOSTON ROAD NORTH BILLERICA MA US 01862 ",
    "MA-L,70B3D5,IEEE Registration Authority,445 Hoes Lane Piscataway NJ US 08554 ",
    "MA-S,70B3D5719,2M Technology,802 Greenview Drive  Grand Prairie TX US 75050 ",
    "MA-L,4447CC,\"Hangzhou Hikvision  Digital Technology Co.,Ltd.\",\"No. 555, \"\"Qianmo\"\" Road\"",
    "MA-M,741AE09,Private,", "broken", "MA-L,,x", "",
  ]

  private func vendor(_ text: String) throws -> String? {
    let address = try #require(MACAddress(text))
    var prefixes = VendorPrefixes(of: [address])
    for line in lines { prefixes.read(Array(line.utf8)[...]) }
    return prefixes.vendor(of: address)
  }

  @Test func theLongestPrefixNamesTheVendor() throws {
    #expect(try vendor("00:c0:b7:34:00:34") == "AMERICAN POWER CONVERSION CORP")
    #expect(try vendor("70:b3:d5:71:9a:bc") == "2M Technology")
    #expect(try vendor("70:b3:d5:00:0a:bc") == nil, "the registry itself makes no devices")
    #expect(try vendor("44:47:cc:31:00:31") == "Hangzhou Hikvision Digital Technology Co.,Ltd.")
    #expect(try vendor("74:1a:e0:91:11:11") == nil, "private")
    #expect(try vendor("02:c0:b7:34:00:34") == nil, "chosen by its owner")
  }

  @Test func aFingerprintIsAClue() throws {
    let file = Array(
      """
      <fingerprints matches="snmp.sys_description"><fingerprint pattern="^APC Web/SNMP Management Card">
      <description>APC card</description><param pos="0" name="hw.vendor" value="APC"/>
      <param pos="0" name="hw.device" value="UPS"/><param pos="0" name="hw.product" value="AP9630"/>
      </fingerprint></fingerprints>
      """.utf8)
    let (base, faults) = RecogBase.load(files: [(name: "snmp.xml", bytes: file)])
    #expect(faults.isEmpty)
    var device = Device(id: "dev-a", kind: .unknown)
    device.services = [
      Service(port: .udp(161), protocol: .snmp, facts: [.banner: "APC Web/SNMP Management Card (MB:v4.1.0)"])
    ]
    let clues = FingerprintClues.clues(of: device, by: base)
    #expect(clues.map(\.kind) == [.appliance] && clues[0].source == .fingerprint)
    let known = Recognition.applied(to: device, profiles: .init(), further: clues)
    #expect(known.kind == .appliance && known.vendor == "APC" && known.model == "AP9630")
    #expect(known.evidence.map(\.detail) == ["udp/161 snmp.sys_description: APC card"])
  }
}
