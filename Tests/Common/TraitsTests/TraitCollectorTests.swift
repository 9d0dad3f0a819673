import Addresses
import Packets
import Testing
import Traits

struct TraitCollectorTests {
  private func heard(_ frames: EthernetFrame..., device: MACAddress = Frames.device) -> Set<Trait> {
    var collector = TraitCollector(device: device)
    for frame in frames { collector.hear(frame) }
    return collector.traits
  }

  @Test func tellsWhatADHCPClientIs() {
    let traits = heard(Frames.frame(Frames.dhcp(host: "HS110(EU)")))
    #expect(traits.contains(Trait(.wanted, "1-3-6")))
    #expect(traits.contains(Trait(.host, "hs110(eu)")))
    #expect(traits.contains(Trait(.hostShape, "aa000(aa)")))
  }

  @Test(arguments: [
    ("ESP_06D902", "esp_#"), ("Lamp-d902", "lamp-#"), ("kettle06d902x", "kettle#x"), ("KEQ0123456", "keq#"),
    ("DSP-W215", "dsp-w215"), ("feedback1", "feedback1"), ("cam 00-11-22-33-44-55", "cam_#"),
  ])
  func namesDoNotGiveAwayTheOneDevice(host: String, kept: String) {
    #expect(heard(Frames.frame(Frames.dhcp(host: host))).contains(Trait(.host, kept)))
  }

  @Test func twoDevicesOfATypeShowTheSame() {
    let other = MACAddress(bits: 0x0200_5e11_2233)
    let first = heard(Frames.frame(Frames.dhcp(host: "ESP_06D902")))
    let second = heard(
      Frames.frame(Frames.dhcp(host: "ESP_112233", device: other), from: other), device: other)
    #expect(first == second && !first.isEmpty)
  }

  @Test func framesOfOthersTellNothing() {
    let other = MACAddress(bits: 0x0200_0000_0009)
    #expect(heard(Frames.frame(Frames.dhcp(host: "x"), from: other)).isEmpty)
  }

  @Test func keepsNamesAndTheirDomains() {
    let traits = heard(
      Frames.frame(Frames.question("api.example.co.uk")), Frames.frame(Frames.question("2.pool.ntp.org")),
      Frames.frame(Frames.question("gateway")))
    #expect(traits.contains(Trait(.name, "api.example.co.uk")))
    #expect(traits.contains(Trait(.domain, "example.co.uk")))
    #expect(traits.contains(Trait(.domain, "ntp.org")))
    // One of a pool is drawn by lot, and a name without dots is the site's.
    #expect(traits.filter { $0.family == .name }.count == 1)
  }

  @Test func tellsARPProbesFromRequests() {
    func arp(_ sender: [UInt8], _ target: [UInt8]) -> EthernetFrame {
      Frames.frame(
        [0, 1, 8, 0, 6, 4, 0, 1] + Frames.device.octets + sender + [0, 0, 0, 0, 0, 0] + target,
        type: EthernetFrame.arp)
    }
    let traits = heard(
      arp([0, 0, 0, 0], [192, 0, 2, 7]), arp([192, 0, 2, 7], [192, 0, 2, 7]),
      arp([192, 0, 2, 7], [192, 0, 2, 1]))
    #expect(
      traits.filter { $0.family == .arp }.map(\.value).sorted() == ["announcement", "probe", "request"])
  }

  @Test func aNoisyDeviceFillsNoMemory() {
    var collector = TraitCollector(device: Frames.device)
    for number in 0..<6000 {
      collector.hear(Frames.frame(Frames.question("a\(number % 9999).h\(number).example")))
    }
    #expect(collector.traits.count <= TraitCollector.limit)
  }

  @Test func hostileFramesGiveOnlySoundTraits() {
    var collector = TraitCollector(device: Frames.device)
    let seeds = [
      Frames.dhcp(host: "lamp"), Frames.question("a.example"), Frames.udp(5353, 5353, [0, 0, 0, 0, 0, 9]),
    ]
    for _ in 0..<3000 {
      var bytes = seeds.randomElement() ?? []
      for _ in 0..<Int.random(in: 0...6) { bytes[Int.random(in: bytes.indices)] = UInt8.random(in: 0...255) }
      let type = [EthernetFrame.ipv4, EthernetFrame.ipv6, EthernetFrame.lldp, EthernetFrame.eapol, 38]
        .randomElement()
      collector.hear(Frames.frame(Array(bytes.prefix(Int.random(in: 0...bytes.count))), type: type ?? 38))
    }
    for trait in collector.traits { #expect(Trait(trait.description) == trait) }
  }
}
