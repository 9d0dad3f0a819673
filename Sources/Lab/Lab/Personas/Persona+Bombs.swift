import Addresses
import Posture

/// Devices whose answers are made to hurt whoever reads them, or to be taken for those of others.
extension Persona {
  /// Packs much into little: a page of gzip, a description that multiplies itself, a name that points at itself.
  static let bombs = Persona(
    name: "bombs", summary: "gzip, XML and name bombs", kind: .unknown, vendor: "Sercomm Corporation.",
    mac: .init(bits: 0x000e_8f00_0046), place: .lan(46),
    services: [
      .init(.tcp(80), .http, .ask("GET / HTTP/1.0\r\n\r\n", answer: "gzip")),
      .init(.tcp(8080), .http, .ask("GET / HTTP/1.0\r\n\r\n", answer: "ENTITY")),
      .init(.udp(1900), .ssdp, .ask([UInt8]("M-SEARCH * HTTP/1.1\r\n\r\n".utf8))),
    ],
    needs: .init(debian: ["python3-minimal"]),
    files: [
      "bombs.py": #"""
      import socket
      import threading
      import zlib

      PACKER = zlib.compressobj(9, zlib.DEFLATED, 31)
      PAGE = PACKER.compress(b"<title>" + bytes(50_000_000)) + PACKER.flush()
      LAUGHS = "".join('<!ENTITY l%d "%s">' % (n, "&l%d;" % (n - 1) * 10) for n in range(1, 12))
      XML = ('<?xml version="1.0"?><!DOCTYPE root [<!ENTITY l0 "ha">' + LAUGHS + "]>"
             "<root><device><friendlyName>&l11;</friendlyName>" + "<a>" * 20_000).encode()


      def web(port, body, kind):
          server = socket.create_server(("", port), backlog=64)
          while True:
              peer, _ = server.accept()
              with peer:
                  try:
                      peer.settimeout(3)
                      peer.recv(4096)
                      peer.sendall(b"HTTP/1.1 200 OK\r\n" + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                  except OSError:
                      pass


      def datagrams(port, answer):
          server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
          server.bind(("", port))
          while True:
              question, peer = server.recvfrom(4096)
              server.sendto(answer(question), peer)


      def search(_):
          return (b"HTTP/1.1 200 OK\r\nLOCATION: http://192.168.77.46:8080/bomb.xml\r\nSERVER: bomb\r\n"
                  b"ST: upnp:rootdevice\r\nUSN: uuid:0f0f0f0f-1111-2222-3333-444444444446::upnp:rootdevice\r\n\r\n")


      def names(question):
          # One answer, whose name is a pointer to itself.
          return question[:2] + b"\x84\0\0\0\0\1\0\0\0\0\xc0\x0c\0\x0c\0\1\0\0\0\x0a\0\2\xc0\x0c"


      for target, arguments in (
          (web, (80, PAGE, b"Content-Type: text/html\r\nContent-Encoding: gzip")),
          (web, (8080, XML, b"Content-Type: text/xml")),
          (datagrams, (1900, search)),
          (datagrams, (5353, names)),
      ):
          threading.Thread(target=target, args=arguments).start()

      """#
    ],
    programs: ["/usr/bin/python3 /mnt/bombs.py"])

  /// Answers every search of the LAN in the name of ``slowDrip``.
  static let impostor = Persona(
    name: "impostor", summary: "answers searches in another's name", kind: .unknown,
    vendor: "Sercomm Corporation.", mac: .init(bits: 0x000e_8f00_0047), place: .lan(47),
    services: [.init(.tcp(80), .http, .http)],
    needs: .init(debian: ["busybox-static", "python3-minimal"]),
    files: [
      "www/index.html": page("impostor"),
      "impostor.py": #"""
      import socket
      import struct

      GROUP = socket.inet_aton("239.255.255.250")
      VICTIM = socket.inet_aton("192.168.77.43")
      ANSWER = (b"HTTP/1.1 200 OK\r\nSERVER: Forged/1.0 UPnP/1.1 MiniUPnPd/1.0\r\n"
                b"ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n"
                b"USN: uuid:0f0f0f0f-1111-2222-3333-444444444447::upnp:rootdevice\r\n\r\n")

      listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      listener.bind(("", 1900))
      listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, GROUP + socket.inet_aton("192.168.77.47"))
      raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
      while True:
          _, (host, port) = listener.recvfrom(4096)
          udp = struct.pack("!HHHH", 1900, port, 8 + len(ANSWER), 0) + ANSWER
          head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, VICTIM, socket.inet_aton(host))
          raw.sendto(head + udp, (host, 0))

      """#,
    ],
    programs: ["/usr/bin/python3 /mnt/impostor.py", "busybox httpd -f -p 80 -h /mnt/www"])
}
