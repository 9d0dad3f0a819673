import Addresses
import Posture

extension Persona {
  /// A small telephone exchange.
  static let phoneExchange = Persona(
    name: "phone-exchange", summary: "SIP exchange", kind: .phone, vendor: "Grandstream Networks, Inc.",
    mac: .init(bits: 0x000b_8293_0016), place: .lan(16),
    services: [.init(.tcp(5060), .sip, .sip), .init(.udp(5060), .sip, .sip)],
    needs: .init(debian: ["kamailio"]),
    files: [
      "kamailio.cfg": """
      #!KAMAILIO
      debug=0
      log_stderror=yes
      fork=yes
      children=1
      tcp_children=1
      auto_aliases=no
      dns=no
      rev_dns=no
      server_header="Server: Grandstream UCM6202 1.0.20.23"
      user_agent_header="User-Agent: Grandstream UCM6202 1.0.20.23"
      listen=udp:eth0:5060
      listen=tcp:eth0:5060
      loadmodule "sl.so"
      request_route {
        if (method == "OPTIONS") { sl_send_reply("200", "OK"); exit; }
        if (method == "REGISTER" || method == "INVITE") { sl_send_reply("403", "Forbidden"); exit; }
        sl_send_reply("405", "Method Not Allowed");
      }

      """
    ],
    programs: ["kamailio -DD -E -m 32 -M 4 -Y /run -f /mnt/kamailio.cfg"])
}
