import MUD

/// A MUD file around some entries.
enum Document {
  static let local = #""ietf-mud:mud": {"local-networks": [null]}"#

  static func entry(_ matches: String, _ forwarding: String = "accept") -> String {
    #"{"name": "e", "matches": {\#(matches)}, "actions": {"forwarding": "\#(forwarding)"}}"#
  }

  static func text(
    about: String = "", to: [String]? = [], from: [String] = [],
    url: String = "https://maker.example/lamp.json"
  ) -> String {
    let policy = #"{"access-lists": {"access-list": [{"name": "NAME"}]}}"#
    func named(_ name: String) -> String { policy.replacing("NAME", with: name) }
    let incoming = to == nil ? "" : #""to-device-policy": \#(named("to")),"#
    return #"""
      {"ietf-mud:mud": {"mud-version": 1, "mud-url": "\#(url)", "last-update": "2026-11-22T23:19:00+09:00",
        "is-supported": true, \#(about) \#(incoming) "from-device-policy": \#(named("from"))},
       "ietf-access-control-list:acls": {"acl": [
         {"name": "to", "type": "ipv4-acl-type", "aces": {"ace": [\#((to ?? []).joined(separator: ","))]}},
         {"name": "from", "type": "ipv4-acl-type", "aces": {"ace": [\#(from.joined(separator: ","))]}}]}}
      """#
  }

  static func file(
    about: String = "", to: [String]? = [], from: [String] = []
  ) throws(MUDError) -> MUDFile {
    try MUDFile(Array(text(about: about, to: to, from: from).utf8), name: "lamp.json")
  }
}
