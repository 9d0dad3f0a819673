import Addresses
import Posture

extension Persona {
  /// A plug that can be switched by anyone who speaks CoAP.
  static let coapPlug = Persona(
    name: "plug", summary: "CoAP plug", kind: .appliance, vendor: "Espressif Inc.",
    mac: .init(bits: 0x240a_c4b1_0021), place: .lan(21),
    services: [.init(.tcp(5683), .coap, .accepts), .init(.udp(5683), .coap, .coap)],
    needs: .init(debian: ["libcoap3-bin"]),
    programs: ["coap-server-notls -A 0.0.0.0 -p 5683"])

  /// A bridge for lamps that pairs over HomeKit.
  static let homeKitBridge = Persona(
    name: "homekit-bridge", summary: "HomeKit bridge", kind: .hub, vendor: "Philips Lighting BV",
    mac: .init(bits: 0x0017_885a_0022), place: .lan(22),
    services: [
      .init(.udp(5353), .mdns, .mdns),
      .init(.tcp(51826), .hap, .ask("GET /accessories HTTP/1.1\r\nHost: lab\r\n\r\n", answer: "HTTP/1.1 ")),
    ],
    needs: .init(python: ["HAP-python"]),
    files: [
      "bridge.py": #"""
      """A HomeKit bridge with one lamp, not yet paired."""
      from pyhap.accessory import Accessory, Bridge
      from pyhap.accessory_driver import AccessoryDriver
      from pyhap.const import CATEGORY_LIGHTBULB


      class Lamp(Accessory):
          category = CATEGORY_LIGHTBULB

          def __init__(self, *arguments, **options):
              super().__init__(*arguments, **options)
              self.add_preload_service("Lightbulb")


      driver = AccessoryDriver(address="192.168.77.22", port=51826, persist_file="/mnt/bridge.state")
      bridge = Bridge(driver, "Hue Bridge")
      bridge.set_info_service(
          firmware_revision="1.50.1950", manufacturer="Signify Netherlands B.V.", model="BSB002",
          serial_number="0017885A0022",
      )
      bridge.add_accessory(Lamp(driver, "Lamp"))
      driver.add_accessory(bridge)
      driver.start()

      """#
    ],
    programs: ["\"$PYTHON\" /mnt/bridge.py"])

  /// A gateway between the LAN and a building's KNX bus.
  static let knxGateway = Persona(
    name: "knx-gateway", summary: "KNX/IP gateway", kind: .buildingController,
    vendor: "Weinzierl Engineering GmbH", mac: .init(bits: 0x0024_6d88_0023), place: .lan(23),
    services: [.init(.udp(3671), .knx, .knx), .init(.tcp(6720), .unknown, .accepts)],
    needs: .init(debian: ["knxd"]),
    programs: ["knxd -e 0.0.1 -E 0.0.2:8 -n lab-knx -i -D -T -R -S -b dummy:"])

  /// A broker that any device may connect to.
  static let mqttHub = Persona(
    name: "mqtt-hub", summary: "smart-home hub with an open MQTT broker", kind: .hub,
    vendor: "Raspberry Pi Foundation", mac: .init(bits: 0xb827_eb70_0025), place: .lan(25),
    services: [.init(.tcp(1883), .mqtt, .mqtt)],
    needs: .init(debian: ["mosquitto"]),
    files: [
      "mosquitto.conf": """
      user root
      listener 1883 0.0.0.0
      allow_anonymous true
      persistence false
      log_dest stderr

      """
    ],
    programs: ["/usr/sbin/mosquitto -c /mnt/mosquitto.conf"])

  /// A music player that anyone can control.
  static let musicBox = Persona(
    name: "music-box", summary: "networked music player", kind: .speaker, vendor: "Sonos, Inc.",
    mac: .init(bits: 0x000e_58c4_0028), place: .lan(28),
    services: [.init(.tcp(6600), .mpd, .greets("OK MPD "))],
    needs: .init(debian: ["mpd"]),
    files: [
      "mpd.conf": """
      music_directory "/mnt/music"
      db_file "/mnt/mpd.db"
      log_file "/dev/stderr"
      bind_to_address "0.0.0.0"
      port "6600"
      zeroconf_enabled "no"
      audio_output {
        type "null"
        name "none"
      }

      """
    ],
    preparation: ["mkdir -p /mnt/music"],
    programs: ["mpd --no-daemon --stderr /mnt/mpd.conf"])
}
