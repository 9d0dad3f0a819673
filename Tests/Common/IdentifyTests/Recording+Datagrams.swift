import Addresses
import Posture

@testable import Identify

extension DatagramRecording {
  static let all: [DatagramRecording] = [
    DatagramRecording(
      "unbound 1.17.1", probe: "dns",
      answer: .hex(
        "4b64818000010001000000000776657273696f6e0462696e640000100003c00c0010000300000000000f0e75"
          + "6e626f756e6420312e31372e31"),
      is: Identification(
        .dns, product: "unbound", version: "1.17.1", facts: [.banner: "unbound 1.17.1", .type: "recursive"])),
    DatagramRecording(
      "nmbd 4.17.12", probe: "nbns",
      answer: .hex(
        "4b6e8400000000010000000020434b4141414141414141414141414141414141414141414141414141414141"
          + "4100002100010000000000ad074e41533120202020202020202020200004004e415331202020202020202020"
          + "20200304004e415331202020202020202020202020040001025f5f4d5342524f5753455f5f02018400484f4d"
          + "452020202020202020202020008400484f4d4520202020202020202020201d0400484f4d4520202020202020"
          + "202020201e840000000000000000000000000000000000000000000000000000000000000000000000000000"
          + "000000000000000000"),
      is: Identification(.nbns, facts: [.name: "NAS1", .type: "file server"])),
    DatagramRecording(
      "chrony 4.3", probe: "ntp",
      answer: .hex(
        "240a00e700000000000000007f7f0101eeae5056f4cd32926b61646f6d6f7269eeae50588bc26e8deeae5058"
          + "8bc7f49a"),
      is: Identification(.ntp, version: "4")),
    DatagramRecording(
      "avahi 0.8 with a printer's services", probe: "mdns-printing",
      answer: .hex(
        "4b6d84000003000b00000000045f697070045f746370056c6f63616c00000c00010f5f70646c2d6461746173"
          + "747265616dc011000c0001085f7072696e746572c011000c0001c037000c00010000000a00151242726f7468"
          + "657220484c2d4c323337354457c037c052001000010000000a000100c052002100010000000a001100000000"
          + "0203087072696e74657231c016c086001c00010000000a0010fe8000000000000000a28cfffe45a007c08600"
          + "0100010000000a00040a4d0002c021000c00010000000a00151242726f7468657220484c2d4c323337354457"
          + "c021c0c9001000010000000a001d1c74793d42726f7468657220484c2d4c32333735445720736572696573c0"
          + "c9002100010000000a000800000000238cc086c00c000c00010000000a00151242726f7468657220484c2d4c"
          + "323337354457c00cc127001000010000000a00511c74793d42726f7468657220484c2d4c3233373544572073"
          + "65726965732370726f647563743d2842726f7468657220484c2d4c32333735445720736572696573290f7573"
          + "625f4d46473d42726f74686572c127002100010000000a0008000000000277c086"),
      is: Identification(
        .mdns,
        facts: [
          .name: "printer1", .product: "Brother HL-L2375DW series",
          .type: "_printer._tcp _pdl-datastream._tcp _ipp._tcp", .vendor: "Brother",
        ],
        announced: [
          Announcement(port: .tcp(515), protocol: .lpd), Announcement(port: .tcp(9100), protocol: .jetdirect),
          Announcement(port: .tcp(631), protocol: .ipp),
        ])),
    DatagramRecording(
      "avahi 0.8", probe: "mdns",
      answer: .hex(
        "4b6d84000003000400000000095f7365727669636573075f646e732d7364045f756470056c6f63616c00000c"
          + "0001045f686170045f746370c023000c0001075f6d6174746572c033000c0001c00c000c00010000000a0008"
          + "055f68747470c033c00c000c00010000000a000b085f7072696e746572c033c00c000c00010000000a00120f"
          + "5f70646c2d6461746173747265616dc033c00c000c00010000000a0007045f697070c033"),
      is: Identification(.mdns, facts: [.type: "_http._tcp _printer._tcp _pdl-datastream._tcp _ipp._tcp"])),
    DatagramRecording(
      "miniupnpd 2.3.1", probe: "ssdp",
      answer: .text(
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: upnp:rootdevice\r\n"
          + "USN: uuid:12345678-0000-0000-0000-000000000001::upnp:rootdevice\r\nEXT:\r\n"
          + "SERVER: Debian/6.18.44-fc-v595 UPnP/1.1 MiniUPnPd/2.3.1\r\n"
          + "LOCATION: http://10.77.0.2:5001/rootDesc.xml\r\n"
          + "OPT: \"http://schemas.upnp.org/upnp/1/0/\"; ns=01\r\n01-NLS: 1795411214\r\n"
          + "BOOTID.UPNP.ORG: 1795411214\r\nCONFIGID.UPNP.ORG: 1337\r\n\r\n"),
      is: Identification(
        .ssdp, product: "MiniUPnPd", version: "2.3.1",
        facts: [
          .location: "http://10.77.0.2:5001/rootDesc.xml",
          .server: "Debian/6.18.44-fc-v595 UPnP/1.1 MiniUPnPd/2.3.1", .type: "upnp:rootdevice",
        ])),
    DatagramRecording(
      "Kamailio 5.6.3", probe: "sip",
      answer: .text(
        "SIP/2.0 483 Too Many Hops\r\n"
          + "Via: SIP/2.0/UDP 127.0.0.1:51341;branch=z9hG4bKkadomori;rport=51341;received=127.0.0.1\r\n"
          + "From: <sip:check@127.0.0.1:51341>;tag=kadomori\r\n"
          + "To: <sip:127.0.0.1:51341>;tag=9dd61ff61e802d8e2bef5f14621ef3c2.8e860bc6\r\n"
          + "Call-ID: kadomori-check@127.0.0.1:51341\r\nCSeq: 1 OPTIONS\r\n"
          + "Server: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n"),
      is: Identification(
        .sip, product: "kamailio", facts: [.server: "kamailio (5.6.3 (x86_64/linux))", .status: "483"])),
    DatagramRecording(
      "libcoap 4.3.1 coap-server", probe: "coap",
      answer: .hex(
        "64454b646b61646fc128ff3c2f3e3b7469746c653d2247656e6572616c20496e666f223b63743d302c3c2f74"
          + "696d653e3b69663d22636c6f636b223b72743d227469636b73223b7469746c653d22496e7465726e616c2043"
          + "6c6f636b223b63743d303b6f62732c3c2f6173796e633e3b63743d302c3c2f6578616d706c655f646174613e"
          + "3b7469746c653d224578616d706c652044617461223b63743d303b6f6273"),
      is: Identification(.coap, facts: [.type: "ticks"])),
    DatagramRecording(
      "snmpd 5.9.3", probe: "snmp",
      answer: .hex(
        "3070020103301002036b6164020300ffe304010002010304223020041180001f88809b37c12811ca036b0000"
          + "0000020101020207cc0400040004003035041180001f88809b37c12811ca036b000000000400a81e02036b61"
          + "640201000201003011300f060a2b060106030f01010400410106"),
      is: Identification(.snmp, version: "3", facts: [.vendor: "Net-SNMP"])),
    DatagramRecording(
      "rpcbind 1.2.6", probe: "rpcbind",
      answer: .hex("4b61646f0000000100000000000000000000000000000000"),
      is: Identification(.rpcbind)),
    DatagramRecording(
      "tftpd-hpa 5.2", probe: "tftp",
      answer: .hex("0005000146696c65206e6f7420666f756e6400"),
      is: Identification(.tftp, facts: [.banner: "File not found"])),
    DatagramRecording(
      "memcached 1.6.18", probe: "memcached",
      answer: .hex("4b6400000001000056455253494f4e20312e362e31380d0a"),
      is: Identification(.memcached, product: "memcached", version: "1.6.18", facts: [.anonymous: "open"])),
    DatagramRecording(
      "strongSwan 5.9.8 charon", probe: "ike",
      answer: .hex("6b61646f6d6f726962e2617004c59bab292022200000000000000024000000080000000e"),
      is: Identification(.ike, version: "2")),
    DatagramRecording(
      "bacpypes3 0.0.110 (PyPI), which refuses the wildcard", probe: "bacnet",
      answer: .hex("810a000d0100504b0e9101911f"),
      is: Identification(.bacnet)),
    DatagramRecording(
      "bacpypes3 0.0.110 (PyPI)", probe: "bacnet-who-is",
      answer: .hex("810a001501001000c4020004d222040091002203e7"),
      is: Identification(.bacnet, facts: [.type: "device 1234"])),
    DatagramRecording(
      "echonetlite 0.1.1 (PyPI) with a temperature sensor", probe: "echonet-lite",
      answer: .hex("1081000b0ef00105ff017203d607020ef0010011018204010c01008a03000000"),
      is: Identification(.echonetLite, facts: [.type: "0ef0 0011"])),
    DatagramRecording(
      "knxd 0.14.54", probe: "knx",
      answer: .hex(
        "0610020400463601020000010000000000000000e000170c02a28c45a0076b6e786400000000000000000000"
          + "000000000000000000000000000000000a020201030104010501"),
      is: Identification(.knx, facts: [.name: "knxd"])),
    DatagramRecording(
      "cpppo 5.2.5 (PyPI)", probe: "ethernet-ip",
      answer: .hex(
        "63003c0000000000000000006b61646f6d6f72690000000001000c00360001000002af120000000000000000"
          + "0000000001000e003600140b60311a066c0014313735362d4c36312f42204c4f47495835353631ff"),
      is: Identification(
        .ethernetIP, product: "1756-L61/B LOGIX5561", version: "20.11",
        facts: [
          .product: "1756-L61/B LOGIX5561", .revision: "20.11", .type: "programmable logic controller",
          .vendor: "Rockwell Automation/Allen-Bradley",
        ])),
    DatagramRecording(
      "xinetd 2.3.15.3 chargen", probe: "chargen",
      answer: .text(
        "ghijklmnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQ\r\n"
          + "hijklmnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQR\r\n"
          + "ijklmnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRS\r\n"
          + "jklmnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRST\r\n"
          + "klmnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTU\r\n"
          + "lmnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUV\r\n"
          + "mnopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW\r\n"
          + "nopqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWX\r\n"
          + "opqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXY\r\n"
          + "pqrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n"
          + "qrstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\r\n"
          + "rstuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\r\n"
          + "stuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]\r\n"
          + "tuvwxyz{|}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQR\r\n"),
      is: Identification(.chargen)),
    DatagramRecording(
      "xinetd 2.3.15.3 echo", probe: "echo",
      answer: .hex("6b0803040ae900156b64"),
      is: Identification(.echo)),
    DatagramRecording(
      "xinetd 2.3.15.3 daytime", probe: "daytime",
      answer: .text("23 NOV 2026 05:40:55 UTC\r\n"),
      is: Identification(.daytime, facts: [.banner: "23 NOV 2026 05:40:55 UTC"])),
    DatagramRecording(
      "xinetd 2.3.15.3 time", probe: "time",
      answer: .hex("eeae5068"),
      is: Identification(.time)),
  ]
}
