import Addresses
import Posture

extension Persona {
  /// Sends without end once connected.
  static let endlessBanner = hostile(
    "endless-banner", "a banner without end", 41, port: 21, .unknown, .anything,
    script: #"""
      """Greets for ever, without a line break."""
      async def talk(reader, writer):
          writer.write(b"220 ")
          while True:
              writer.write(b"welcome " * 1024)
              await writer.drain()

      """#)

  /// Sends bytes that are no text in any encoding.
  static let binaryGarbage = hostile(
    "binary-garbage", "a banner of random bytes, with NUL, escapes and broken UTF-8", 42, port: 23, .unknown,
    .anything,
    script: #"""
      """Sends 64 KiB that no parser should trust, then closes."""
      import os


      async def talk(reader, writer):
          writer.write(b"\x00\x1b[2J\x1b]0;owned\x07\xff\xfb\xff\xc0\xaf\xed\xa0\x80\r\n" + os.urandom(65536))
          await writer.drain()

      """#)

  /// Answers one byte every two seconds.
  static let slowDrip = hostile(
    "slow-drip", "an answer of one byte every two seconds", 43, port: 80, .unknown, .anything,
    script: #"""
      """Starts an HTTP answer that takes hours."""
      async def talk(reader, writer):
          for byte in b"HTTP/1.1 200 OK\r\nServer: " + b"x" * 100_000:
              writer.write(bytes([byte]))
              await writer.drain()
              await asyncio.sleep(2)

      """#)

  /// Accepts a connection on each of its 65,535 TCP ports and never says a word.
  static let allPorts = Persona(
    name: "all-ports", summary: "accepts TCP on every port", kind: .unknown, vendor: "Sercomm Corporation.",
    mac: .init(bits: 0x000e_8f00_0044), place: .lan(44),
    services: [.init(.tcp(1), .unknown, .accepts), .init(.tcp(65535), .unknown, .accepts)],
    needs: .init(debian: ["python3-minimal"]),
    files: [
      "talk.py": hostileServer(
        port: 7777,
        script: #"""
          """Listens in silence."""
          async def talk(reader, writer):
              while await reader.read(4096):
                  pass

          """#),
      "rules": """
      table ip lab_all_ports {
        chain prerouting {
          type nat hook prerouting priority dstnat;
          iifname "eth0" meta l4proto tcp redirect to :7777
        }
      }

      """,
    ],
    preparation: ["nft -f /mnt/rules"],
    programs: ["/usr/bin/python3 /mnt/talk.py"])

  /// One of two devices that were given the same address; the scan sees either.
  static func twin(_ number: UInt8) -> Persona {
    Persona(
      name: "twin-\(number)", summary: "one of two devices with one address", kind: .unknown,
      vendor: "Hangzhou Hikvision Digital Technology Co.,Ltd.",
      mac: .init(bits: 0xa414_3700_0040 + UInt64(number)),
      place: .lan(45),
      services: [.init(.tcp(80), .http, .ask("GET / HTTP/1.0\r\n\r\n", answer: "twin \(number)"))],
      needs: .init(debian: ["busybox-static"]),
      files: ["www/index.html": page("twin \(number)")],
      programs: ["busybox httpd -f -p 80 -h /mnt/www"])
  }

  private static func hostile(
    _ name: String, _ summary: String, _ number: UInt8, port: UInt16, _ protocol: ServiceProtocol,
    _ expectation: ReadinessProbe.Expectation, script: String
  ) -> Persona {
    Persona(
      name: name, summary: summary, kind: .unknown, vendor: "Sercomm Corporation.",
      mac: .init(bits: 0x000e_8f00_0000 + UInt64(number)), place: .lan(number),
      services: [.init(.tcp(port), `protocol`, .init(sending: [], expecting: expectation))],
      needs: .init(debian: ["python3-minimal"]),
      files: ["talk.py": hostileServer(port: port, script: script)],
      programs: ["/usr/bin/python3 /mnt/talk.py"])
  }
}

/// A TCP server in Python that calls `talk` of `script` for every connection.
private func hostileServer(port: UInt16, script: String) -> String {
  script + #"""


    import asyncio


    async def serve(reader, writer):
        try:
            await talk(reader, writer)
        except OSError:
            pass
        finally:
            writer.close()


    async def main():
        server = await asyncio.start_server(serve, "0.0.0.0", \#(port), backlog=1024)
        await server.serve_forever()


    asyncio.run(main())

    """#
}
