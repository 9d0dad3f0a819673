import Posture

@testable import Identify

extension Recording {
  static let services: [Recording] = [
    Recording(
      "busybox 1.35.0 httpd", port: 80,
      answers: [
        .hex(
          "485454502f312e3120323030204f4b0d0a446174653a204d6f6e2c203233204e6f7620323032362030353a32"
            + "353a343720474d540d0a436f6e6e656374696f6e3a20636c6f73650d0a436f6e74656e742d747970653a2074"
            + "6578742f68746d6c0d0a4163636570742d52616e6765733a2062797465730d0a4c6173742d4d6f6469666965"
            + "643a204d6f6e2c203233204e6f7620323032362030353a30373a323720474d540d0a455461673a2022366230"
            + "33636130662d3533220d0a436f6e74656e742d4c656e6774683a2038330d0a0d0a3c68746d6c3e3c68656164"
            + "3e3c7469746c653ee7acac32e6b584e6b0b4e5a0b420e6b0b4e4bd8de79ba3e8a6963c2f7469746c653e3c2f"
            + "686561643e3c626f64793e6f6b3c2f626f64793e3c2f68746d6c3e0a")
      ],
      is: Identification(.http, facts: [.status: "200", .title: "第2浄水場 水位監視"])),
    Recording(
      "Icecast 2.4.4", port: 8000,
      answers: [
        .text(
          "HTTP/1.0 404 File Not Found\r\nServer: Icecast 2.4.4\r\nConnection: Close\r\n"
            + "Date: Mon, 23 Nov 2026 05:25:47 GMT\r\nContent-Type: text/html; charset=utf-8\r\n"
            + "Cache-Control: no-cache, no-store\r\nExpires: Mon, 26 Jul 1997 05:00:00 GMT\r\n"
            + "Pragma: no-cache\r\n\r\n"
            + "<html><head><title>Error 404</title></head><body><b>404 - The file you requested could not be found</b></body></html>\r\n"
        )
      ],
      is: Identification(
        .http, product: "Icecast", version: "2.4.4",
        facts: [.server: "Icecast 2.4.4", .status: "404", .title: "Error 404"])),
    Recording(
      "miniupnpd 2.3.1", port: 5001,
      answers: [
        .text(
          "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close\r\n"
            + "Content-Length: 134\r\nServer: Debian/6.18.44-fc-v595 UPnP/1.1 MiniUPnPd/2.3.1\r\n"
            + "Ext:\r\n\r\n"
            + "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD><BODY><H1>Not Found</H1>The requested URL was not found on this server.</BODY></HTML>\r\n"
        )
      ],
      is: Identification(
        .upnp, product: "MiniUPnPd", version: "2.3.1",
        facts: [
          .server: "Debian/6.18.44-fc-v595 UPnP/1.1 MiniUPnPd/2.3.1", .status: "404", .title: "404 Not Found",
        ])),
    Recording(
      "CUPS 2.4.2", port: 631,
      answers: [
        .hex(
          "485454502f312e3120323030204f4b0d0a436f6e6e656374696f6e3a20636c6f73650d0a436f6e74656e742d"
            + "4c616e67756167653a20656e0d0a436f6e74656e742d4c656e6774683a203132370d0a436f6e74656e742d54"
            + "7970653a206170706c69636174696f6e2f6970700d0a446174653a204d6f6e2c203233204e6f762032303236"
            + "2030353a32353a343820474d540d0a4163636570742d456e636f64696e673a20677a69702c206465666c6174"
            + "652c206964656e746974790d0a5365727665723a20435550532f322e34204950502f322e310d0a582d467261"
            + "6d652d4f7074696f6e733a2044454e590d0a436f6e74656e742d53656375726974792d506f6c6963793a2066"
            + "72616d652d616e636573746f727320276e6f6e65270d0a0d0a01010406000000010147001261747472696275"
            + "7465732d6368617273657400057574662d3848001b617474726962757465732d6e61747572616c2d6c616e67"
            + "756167650002656e41000e7374617475732d6d6573736167650024546865207072696e746572206f7220636c"
            + "61737320646f6573206e6f742065786973742e03")
      ],
      is: Identification(
        .ipp, product: "CUPS", version: "2.4", facts: [.server: "CUPS/2.4 IPP/2.1", .status: "200"])),
    Recording(
      "HAP-python 5.0.0 (PyPI)", port: 51826,
      answers: [
        .text(
          "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/hap+json\r\n"
            + "Content-Length: 17\r\nConnection: close\r\n\r\n{\"status\":-70401}")
      ],
      is: Identification(.hap, facts: [.anonymous: "refused", .status: "401"])),
    Recording(
      "GStreamer RTSP server 1.22", port: 554,
      answers: [
        .text(
          "RTSP/1.0 200 OK\r\nCSeq: 1\r\n"
            + "Public: OPTIONS, DESCRIBE, ANNOUNCE, GET_PARAMETER, PAUSE, PLAY, RECORD, SETUP, SET_PARAMETER, TEARDOWN\r\n"
            + "Server: GStreamer RTSP server\r\nDate: Mon, 23 Nov 2026 05:25:48 GMT\r\n\r\n")
      ],
      is: Identification(
        .rtsp, product: "GStreamer", facts: [.server: "GStreamer RTSP server", .status: "200"])),
    Recording(
      "Kamailio 5.6.3", port: 5060,
      answers: [
        .text(
          "SIP/2.0 483 Too Many Hops\r\n"
            + "Via: SIP/2.0/TCP kadomori.invalid;branch=z9hG4bKkadomori;rport=33776;received=127.0.0.1\r\n"
            + "From: <sip:check@kadomori.invalid>;tag=kadomori\r\n"
            + "To: <sip:127.0.0.1>;tag=9dd61ff61e802d8e2bef5f14621ef3c2.93000000\r\n"
            + "Call-ID: kadomori-check@kadomori.invalid\r\nCSeq: 1 OPTIONS\r\n"
            + "Server: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n")
      ],
      is: Identification(
        .sip, product: "kamailio", facts: [.server: "kamailio (5.6.3 (x86_64/linux))", .status: "483"])),
    Recording(
      "mosquitto 2.0.11, allow_anonymous true", port: 1883,
      answers: [
        .hex("20020000")
      ],
      is: Identification(.mqtt, facts: [.anonymous: "open"])),
    Recording(
      "mosquitto 2.0.11, allow_anonymous false", port: 1884, hint: ["mqtt"],
      answers: [
        .hex("20020005")
      ],
      is: Identification(.mqtt, facts: [.anonymous: "refused"])),
    Recording(
      "RabbitMQ 3.10.8", port: 5672,
      answers: [
        .hex(
          "010000000001eb000a000a0009000001c60c6361706162696c697469657346000000c7127075626c69736865"
            + "725f636f6e6669726d7374011a65786368616e67655f65786368616e67655f62696e64696e677374010a6261"
            + "7369632e6e61636b740116636f6e73756d65725f63616e63656c5f6e6f74696679740112636f6e6e65637469"
            + "6f6e2e626c6f636b6564740113636f6e73756d65725f7072696f72697469657374011c61757468656e746963"
            + "6174696f6e5f6661696c7572655f636c6f73657401107065725f636f6e73756d65725f716f7374010f646972"
            + "6563745f7265706c795f746f74010c636c75737465725f6e616d6553000000047240766d09636f7079726967"
            + "68745300000037436f707972696768742028632920323030372d3230323220564d776172652c20496e632e20"
            + "6f722069747320616666696c69617465732e0b696e666f726d6174696f6e53000000394c6963656e73656420"
            + "756e64657220746865204d504c20322e302e20576562736974653a2068747470733a2f2f7261626269746d71"
            + "2e636f6d08706c6174666f726d530000001145726c616e672f4f54502032352e322e330770726f6475637453"
            + "000000085261626269744d510776657273696f6e5300000006332e31302e380000000e414d51504c41494e20"
            + "504c41494e00000005656e5f5553ce")
      ],
      is: Identification(.amqp, product: "RabbitMQ", version: "3.10.8")),
    Recording(
      "Prosody 0.12.3", port: 5222,
      answers: [
        .text(
          "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='bd518f73-b8e0-404d-b02e-9072993271b1' xml:lang='en' from='10.77.0.2' xmlns='jabber:client'><stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>This server does not serve 10.77.0.2</text></stream:error></stream:stream>"
        )
      ],
      is: Identification(.xmpp)),
    Recording(
      "Samba 4.17.12", port: 445,
      answers: [
        .hex(
          "000000cafe534d42400000000000000000000100010000000000000000000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000041000100ff0200006e6173310000000000000000"
            + "00000000070000000000800000008000000080002c55ae1a0b7bdd01000000000000000080004a0000000000"
            + "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f6465"
            + "66696e65645f696e5f5246433431373840706c656173655f69676e6f7265"),
        .hex(
          "000000cafe534d42400000000000000000000100010000000000000001000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000041000100020300006e6173310000000000000000"
            + "000000000700000000008000000080000000800090a5ae1a0b7bdd01000000000000000080004a0000000000"
            + "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f6465"
            + "66696e65645f696e5f5246433431373840706c656173655f69676e6f7265"),
      ],
      is: Identification(.smb, version: "3.0.2")),
    Recording(
      "Samba 4.17.12 over NetBIOS", port: 139,
      answers: [
        .hex("82000000"),
        .hex(
          "000000cafe534d42400000000000000000000100010000000000000000000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000041000100ff0200006e6173310000000000000000"
            + "0000000003000000000001000000010000000100e43eee1a0b7bdd01000000000000000080004a0000000000"
            + "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f6465"
            + "66696e65645f696e5f5246433431373840706c656173655f69676e6f7265"),
        .hex(
          "000000cafe534d42400000000000000000000100010000000000000001000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000041000100020300006e6173310000000000000000"
            + "00000000030000000000010000000100000001004a8dee1a0b7bdd01000000000000000080004a0000000000"
            + "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f6465"
            + "66696e65645f696e5f5246433431373840706c656173655f69676e6f7265"),
      ],
      is: Identification(.smb, version: "3.0.2")),
    Recording(
      "Samba 4.17.12, server max protocol NT1", port: 4450, hint: ["smb"],
      answers: [
        .hex(
          "0000009fff534d4272000000008853c8000000000000000000000000fffffeff000000001100000332000100"
            + "04410000000001001f250000fdf380800e672d1b0b7bdd010000005a006e6173310000000000000000000000"
            + "00604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f64"
            + "6566696e65645f696e5f5246433431373840706c656173655f69676e6f7265")
      ],
      is: Identification(.smb, version: "1")),
    Recording(
      "rpcbind 1.2.6", port: 111,
      answers: [
        .hex(
          "800000944b61646f000000010000000000000000000000000000000000000001000186a00000000400000006"
            + "0000006f00000001000186a000000003000000060000006f00000001000186a000000002000000060000006f"
            + "00000001000186a000000004000000110000006f00000001000186a000000003000000110000006f00000001"
            + "000186a000000002000000110000006f00000000")
      ],
      is: Identification(.rpcbind)),
    Recording(
      "Redis 7.0.15, protected-mode off", port: 6379,
      answers: [
        .text("+PONG\r\n")
      ],
      is: Identification(.redis, facts: [.anonymous: "open"])),
    Recording(
      "Redis 7.0.15 with requirepass", port: 6380, hint: ["redis"],
      answers: [
        .text("-NOAUTH Authentication required.\r\n")
      ],
      is: Identification(.redis, facts: [.anonymous: "refused"])),
    Recording(
      "Redis 7.0.15 in protected mode, from another host", port: 6379,
      answers: [
        .text(
          "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. If you want to connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.\r\n"
        )
      ],
      is: Identification(.redis, facts: [.anonymous: "refused"])),
    Recording(
      "PostgreSQL 15.18", port: 5432,
      answers: [
        .text("N")
      ],
      is: Identification(.postgresql)),
    Recording(
      "memcached 1.6.18", port: 11211,
      answers: [
        .text("VERSION 1.6.18\r\n")
      ],
      is: Identification(.memcached, product: "memcached", version: "1.6.18", facts: [.anonymous: "open"])),
    Recording(
      "OpenLDAP 2.5.13", port: 389,
      answers: [
        .hex(
          "302602010164210400301d301b0414737570706f727465644c44415056657273696f6e3103040133300c0201"
            + "0165070a010004000400")
      ],
      is: Identification(.ldap, facts: [.anonymous: "open"])),
    Recording(
      "unbound 1.17.1 over TCP", port: 53,
      answers: [
        .hex(
          "00394b64818000010001000000000776657273696f6e0462696e640000100003c00c0010000300000000000f"
            + "0e756e626f756e6420312e31372e31")
      ],
      is: Identification(
        .dns, product: "unbound", version: "1.17.1", facts: [.banner: "unbound 1.17.1", .type: "recursive"])),
    Recording(
      "xrdp 0.9.21", port: 3389,
      answers: [
        .hex("030000130ed000001234000201080001000000")
      ],
      is: Identification(.rdp)),
    Recording(
      "Xtigervnc 1.12.0 X server", port: 6001,
      answers: [
        .hex(
          "01000b00000055098ea5b80000002000ffff1f00000100001400ffff01060000202008ff0000000054686520"
            + "582e4f726720466f756e646174696f6e01012000000000000408200000000000080820000000000010102000"
            + "00000000182020000000000020202000000000001905000020000000ffffff00")
      ],
      is: Identification(.x11, version: "11.0", facts: [.anonymous: "open", .vendor: "The X.Org Foundation"])),
    Recording(
      "Xtigervnc 1.12.0 X server, host not authorised", port: 6001,
      answers: [
        .hex(
          "00400b0000001000417574686f72697a6174696f6e2072657175697265642c20627574206e6f20617574686f"
            + "72697a6174696f6e2070726f746f636f6c207370656369666965640a")
      ],
      is: Identification(
        .x11, version: "11.0",
        facts: [
          .anonymous: "refused", .banner: "Authorization required, but no authorization protocol specified",
        ])),
    Recording(
      "dante-server 1.4.2", port: 1080,
      answers: [
        .hex("0500")
      ],
      is: Identification(.socks, version: "5", facts: [.anonymous: "open"])),
    Recording(
      "pptpd 1.4.0", port: 1723,
      answers: [
        .hex(
          "009c00011a2b3c4d00020000010001000000000000000000000100016c6f63616c0000000000000000000000"
            + "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
            + "000000006c696e75780000000000000000000000000000000000000000000000000000000000000000000000"
            + "000000000000000000000000000000000000000000000000")
      ],
      is: Identification(.pptp, facts: [.name: "local", .vendor: "linux"])),
  ]
}
