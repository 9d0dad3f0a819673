import Testing

/// A good profile with one thing changed, and what the lint says of it.
struct FaultyProfile: CustomTestStringConvertible {
  static let good = """
    id: x
    role: device
    title: {ja: 箱, en: Box}
    kind: appliance
    recognise:
      - confidence: 0.8
        service: {protocol: http, title: {contains: Box}}
    needs:
      - port: tcp/80
        protocol: http
        from: [lan]
        why: {ja: 画面のため。, en: Shows the page.}
    advice: {ja: 更新してください。, en: Update it.}
    sources: [RFC 9110]
    """

  var old: String
  var new: String
  var lines: [String]
  /// Whether the JSON Schema can see it too.
  var breaksSchema = true

  init(_ old: String, _ new: String, _ lines: String..., breaksSchema: Bool = true) {
    self.old = old
    self.new = new
    self.lines = lines
    self.breaksSchema = breaksSchema
  }

  var text: String { Self.good.replacing(old, with: new, maxReplacements: 1) }

  var testDescription: String { "\(old) -> \(new)" }

  static let all: [FaultyProfile] = [
    FaultyProfile(
      "recognise:", "recognize:",
      "x.yaml:1:1: 'recognise' is missing; say how the device is told from others",
      "x.yaml:5:1: field 'recognize': not known here; did you mean 'recognise'?"),
    FaultyProfile(
      "kind: appliance", "kind: camrea",
      "x.yaml:4:7: field 'kind': 'camrea' is not known here; did you mean 'camera'? Known: router, access-point, camera, recorder, printer, nas, tv, speaker, phone, computer, hub, appliance, meter, plc, hmi, building-controller, server, unknown"
    ),
    FaultyProfile(
      "kind: appliance", "kind: phone\nmay_wait: true",
      "x.yaml:5:11: field 'may_wait': a 'phone' is never held back after a power loss; remove the line",
      breaksSchema: false),
    FaultyProfile(
      "id: x", "id: y", "x.yaml:1:5: field 'id': 'y' is not the file's name; write 'x' or rename the file",
      breaksSchema: false),
    FaultyProfile(
      "id: x", "id: X!", "x.yaml:1:5: field 'id': 'X!' must be lower-case letters, digits and '-'"),
    FaultyProfile(
      "{ja: 箱, en: Box}", "{ja: 箱}", "x.yaml:3:8: field 'title': 'en' is missing; add 'en: …'"),
    FaultyProfile(
      "{ja: 箱, en: Box}", "Box",
      "x.yaml:3:8: field 'title': expected a mapping of 'key: value' lines, found a text"),
    FaultyProfile(
      "confidence: 0.8", "confidence: 1.8",
      "x.yaml:6:17: field 'recognise[0].confidence': 1.8 is out of range; write a number from 0.0 to 1.0"),
    FaultyProfile(
      "confidence: 0.8", "confidence: 0",
      "x.yaml:6:17: field 'recognise[0].confidence': 0 says nothing; write how sure the clue makes us"),
    FaultyProfile(
      "confidence: 0.8", "confidence: 0.3",
      "x.yaml:6:3: warning: field 'recognise': all rules together stay below 0.5: the profile never matches",
      breaksSchema: false),
    FaultyProfile(
      "{protocol: http, title: {contains: Box}}", "{protocol: http}",
      "x.yaml:7:14: warning: field 'recognise[0].service': many devices speak http; add what the service says",
      breaksSchema: false),
    FaultyProfile(
      "{protocol: http, title: {contains: Box}}", "{port: tcp/80}",
      "x.yaml:7:14: field 'recognise[0].service': a port alone says nothing; add a protocol or what the service says"
    ),
    FaultyProfile(
      "{contains: Box}", "{contains: Box, equals: Box}",
      "x.yaml:7:38: field 'recognise[0].service.title': needs exactly one of equals, contains, starts_with, glob"
    ),
    FaultyProfile(
      "{contains: Box}", "{glob: '**'}",
      "x.yaml:7:45: field 'recognise[0].service.title.glob': '*' alone matches everything; leave the line out instead"
    ),
    FaultyProfile(
      "{contains: Box}", "{contains: Box, ignore_case: yes}",
      "x.yaml:7:67: field 'recognise[0].service.title.ignore_case': 'yes' is not true or false; write true",
      breaksSchema: false),
    FaultyProfile(
      "service: {protocol: http, title: {contains: Box}}", "mac: ['00:11']",
      "x.yaml:7:11: field 'recognise[0].mac[0]': '00:11' is not three to six octets such as 00:00:5e"),
    FaultyProfile(
      "service: {protocol: http, title: {contains: Box}}", "{}",
      "x.yaml:7:5: expected 'key: value'; the ':' is missing after this key"),
    FaultyProfile(
      "    service: {protocol: http, title: {contains: Box}}",
      "    name: {equals: a}\n    vendor: {equals: b}",
      "x.yaml:6:5: field 'recognise[0]': needs exactly one of service, mac, vendor, name, all, any, none; found vendor and name"
    ),
    FaultyProfile(
      "port: tcp/80", "port: tcp/80000",
      "x.yaml:9:11: field 'needs[0].port': 'tcp/80000' is not a port such as tcp/23"),
    FaultyProfile(
      "from: [lan]", "from: []", "x.yaml:11:11: field 'needs[0].from': needs at least 1 items"),
    FaultyProfile(
      "role: device", "role: gateway", breaksSchema: false),
    FaultyProfile(
      "  - port: tcp/80\n    protocol: http", "  - protocol: htpp",
      "x.yaml:9:15: field 'needs[0].protocol': 'htpp' is not known here; did you mean 'http'?"),
    FaultyProfile(
      "sources: [RFC 9110]", "sources: []", "x.yaml:14:10: field 'sources': needs at least 1 items"),
    FaultyProfile(
      "ja: 更新してください。", "ja: Update it.", "x.yaml:13:9: warning: field 'advice': 'ja' holds no Japanese",
      breaksSchema: false),
    FaultyProfile("sources: [RFC 9110]", "\tsources: []", "x.yaml:14:1: a tab cannot indent; use spaces"),
    FaultyProfile(
      "kind: appliance", "kind: appliance\nkind: tv",
      "x.yaml:5:1: key 'kind' is written twice in this mapping; keep one", breaksSchema: false),
  ]
}
