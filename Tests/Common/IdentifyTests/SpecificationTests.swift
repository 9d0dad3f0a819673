import Addresses
import Posture
import Testing

@testable import Identify

/// Protocols that no server here speaks, held to bytes that others made.
struct SpecificationTests {
  private let host = IPAddress.v4(IPv4Address(bits: 0x0a4d_0002))

  @Test("A DNP3 frame has the checksum that other implementations give it")
  func dnp3() {
    // Reset link states, of the tests of opendnp3 ("LinkHex"); request link status from 1 to 10, as
    // nfm-dnp3 1.0.1 (PyPI) builds it.
    #expect(
      DNP3.checksum([0x05, 0x64, 0x05, 0xc0, 0x01, 0x00, 0x00, 0x04][...]).littleOctets == [0xe9, 0x21])
    let wanted: [UInt8] = [0x05, 0x64, 0x05, 0xc9, 0x0a, 0x00, 0x01, 0x00, 0xfe, 0xda]
    #expect(DNP3.linkStatusRequest(to: 10) == wanted)
    #expect(Handshake.dnp3.request(host.literal).firstRange(of: wanted) != nil)
    // Laid out after IEEE 1815, section 9.2.4: the outstation's answer differs in control (function 11, from the outstation) and in direction.
    let head: [UInt8] = [0x05, 0x64, 5, 0x0b, 1, 0, 10, 0]
    let answer = head + DNP3.checksum(head[...]).littleOctets
    #expect(Handshake.dnp3.read(answer, false) == .identified(Identification(.dnp3)))
    #expect(Handshake.dnp3.read(wanted, true) == .no, "a master's own frame proves no outstation")
  }

  @Test("A CNXN of the Android Debug Bridge is read, and ours is built the same way")
  func adb() {
    // What `adb connect` of Debian's adb 29.0.6 sends: header and the beginning of its banner of 119 bytes.
    let recorded = Bytes.hex(
      "434e584e010000010000100077000000402e0000bcb1a7b1686f73743a3a66656174757265733d72656d6f756e745f"
    ).bytes
    guard case .identified(let found) = Handshake.adb.read(recorded, true) else {
      Issue.record("not read")
      return
    }
    #expect(found.protocol == .adb && found.facts[.anonymous] == "open")
    let own = Handshake.adb.request(host.literal)
    #expect(own.prefix(4) == recorded.prefix(4) && own[20..<24] == recorded[20..<24])
  }

  @Test("A device description gives the facts of the root device")
  func deviceDescription() {
    // The beginning of what miniupnpd 2.3.1 (Debian 12) serves at the location of its SSDP answer.
    let recorded =
      "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=\"utf-8\"\r\nConnection: close\r\nContent-Length: 3090\r\nServer: Debian/6.18.44-fc-v595 UPnP/1.1 MiniUPnPd/2.3.1\r\nExt:\r\n\r\n<?xml version=\"1.0\"?>"
      + "\r\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\" configId=\"1337\"><specVersion>"
      + "<major>1</major><minor>1</minor></specVersion><device><deviceType>"
      + "urn:schemas-upnp-org:device:InternetGatewayDevice:2</deviceType><friendlyName>"
      + "Debian router</friendlyName><manufacturer>Debian</manufacturer><manufacturerURL>"
      + "http://www.debian.org/</manufacturerURL><modelDescription>"
      + "Debian router</modelDescription><modelName>Debian router</modelName><modelNumber>"
      + "1</modelNumber><modelURL>http://www.debian.org/</modelURL><serialNumber>"
      + "00000000</serialNumber><UDN>uuid:12345678-0000-0000-0000-000000"
    let question = Handshake.upnpDescription(path: "/rootDesc.xml")
    guard case .identified(let found) = question.read(Array(recorded.utf8), true) else {
      Issue.record("not read")
      return
    }
    #expect(found.protocol == .upnp && found.product == "MiniUPnPd")
    #expect(found.facts[.type] == "urn:schemas-upnp-org:device:InternetGatewayDevice:2")
    #expect(found.facts[.name] == "Debian router" && found.facts[.vendor] == "Debian")
    #expect(found.facts[.product] == "Debian router" && found.facts[.revision] == "1")
    #expect(question.request(host.literal).starts(with: Array("GET /rootDesc.xml HTTP/1.1\r\n".utf8)))
    // A path that would smuggle a second request is not asked for.
    let evil = Handshake.upnpDescription(path: "/x HTTP/1.1\r\nX: y").request(host.literal)
    #expect(evil.starts(with: Array("GET / HTTP/1.1\r\n".utf8)))
  }

  @Test("DNS-SD answers name printers' raw ports, to which nothing is ever sent")
  func printing() throws {
    let recording = try #require(DatagramRecording.all.first { $0.probe == "mdns-printing" })
    guard case .identified(let found) = DatagramProbe.mdnsPrinting.read(recording.answer.bytes) else {
      Issue.record("not read")
      return
    }
    #expect(found.announced.contains { $0.port == .tcp(9100) && $0.protocol == .jetdirect })
    #expect(found.announced.contains { $0.port == .tcp(631) && $0.protocol == .ipp })
    #expect(PortPolicy(port: 9100) == .silent)
  }

  @Test("An echo is proven by bytes that a terminal would change")
  func echo() {
    var peer = Peer(answer: .echo)
    #expect(peer.talk(Conversation(host: host, port: 4007)).found?.protocol == .echo)
    // A line discipline returns text, but not control characters (termios(3), ECHOCTL).
    var terminal = Peer(answer: .reply { bytes in bytes.contains(0x08) ? Array("k^H^C^D".utf8) : bytes })
    #expect(terminal.talk(Conversation(host: host, port: 4007)).found?.protocol == .unknown)
  }

  @Test("Plain HTTP on an HTTPS port is asked again inside TLS, and kept if TLS fails")
  func httpsPort() {
    let complaint = Array(
      """
      HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\nContent-Length: 84\r\n\r
      <head><title>400 The plain HTTP request was sent to HTTPS port</title></head><body>.
      """.utf8)
    var without = Peer(answer: .bytes(complaint))
    let outcome = without.talk(Conversation(host: host, port: 8080))
    #expect(outcome.found?.protocol == .http && outcome.found?.tls == false && outcome.handshakes == 1)
    var with = Peer(answer: .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)))
    with.speaksTLS = true
    #expect(with.talk(Conversation(host: host, port: 443)).found?.tls == true)
  }

  @Test("The default ports are what the list says")
  func ports() {
    let ports = DefaultPorts.tcp
    #expect((120...165).contains(ports.count), "\(ports.count)")
    #expect(Set(ports).count == ports.count && ports == ports.sorted())
    for port in PortPolicy.fragilePorts { #expect(ports.contains(port), "\(port)") }
  }
}
