import Addresses
import FleetContract
import FleetStore
import Posture

/// The messages of which most come, read without a decoder; see ``PlainJSON``.
struct PlainMessage {
  var gateway: GatewayID
  var payload: [UInt8]
  var received: WallTime

  /// A finding that opened or closed.
  func finding() -> Arrival? {
    var event: FindingEvent.Change?
    var finding: Finding?
    let read = envelope(kind: "finding") { json in
      json.object { name, json in
        switch name {
        case Names.event where event == nil:
          event = json.text().flatMap { FindingEvent.Change(rawValue: $0) }
          return event != nil
        case Names.finding where finding == nil:
          finding = Self.finding(&json)
          return finding != nil
        default: return false
        }
      }
    }
    guard let head = read, head.seq != nil, let event, let finding else { return nil }
    return arrival(head, .finding(FindingEvent(event, finding), text: text))
  }

  func posture() -> Arrival? {
    var summary: PostureSummary?
    let read = envelope(kind: "posture") { json in
      summary = Self.summary(&json)
      return summary != nil
    }
    guard let head = read, let summary else { return nil }
    return arrival(head, .posture(summary))
  }

  /// An event that is kept as it came.
  func event(_ type: TopicName) -> Arrival? {
    // The envelope is one level itself.
    guard let head = envelope(kind: nil, { $0.pass(depth: PayloadBounds.maximumDepth - 1) }), head.seq != nil
    else { return nil }
    return arrival(head, .event(kind: type.description, text: text))
  }

  private var text: String { String(decoding: payload, as: UTF8.self) }

  private func arrival(_ head: Head, _ content: Arrival.Content) -> Arrival {
    Arrival(gateway: gateway, seq: head.seq, made: head.made, received: received, content: content)
  }

  // MARK: Parts

  private struct Head {
    var seq: Int64?
    var made: Arrival.Origin
  }

  private enum Names {
    static let v = PlainJSON.Name("v")
    static let gateway = PlainJSON.Name("gateway")
    static let seq = PlainJSON.Name("seq")
    static let time = PlainJSON.Name("time")
    static let kind = PlainJSON.Name("kind")
    static let body = PlainJSON.Name("body")
    static let bootID = PlainJSON.Name("boot_id")
    static let uptime = PlainJSON.Name("uptime_ms")
    static let synced = PlainJSON.Name("clock_synced")
    static let event = PlainJSON.Name("event")
    static let finding = PlainJSON.Name("finding")
    static let id = PlainJSON.Name("id")
    static let check = PlainJSON.Name("check")
    static let severity = PlainJSON.Name("severity")
    static let device = PlainJSON.Name("device")
    static let service = PlainJSON.Name("service")
    static let evidence = PlainJSON.Name("evidence")
    static let remedy = PlainJSON.Name("remedy")
    static let since = PlainJSON.Name("since")
    static let protocolName = PlainJSON.Name("protocol")
    static let tls = PlainJSON.Name("tls")
    static let profile = PlainJSON.Name("profile")
    static let count = PlainJSON.Name("count")
    static let devices = PlainJSON.Name("devices")
    static let services = PlainJSON.Name("services")
    static let findings = PlainJSON.Name("findings")
    static let worst = PlainJSON.Name("worst")
    static let grade = PlainJSON.Name("grade")
    static let closings = PlainJSON.Name("closings")
    static let agentVersion = PlainJSON.Name("agent_version")
    static let scanned = PlainJSON.Name("scanned")
    static let complete = PlainJSON.Name("complete")
    static let severities = Dictionary(
      uniqueKeysWithValues: Severity.allCases.map { ($0.rawValue, $0) })
    static let protocols = Dictionary(
      uniqueKeysWithValues: ServiceProtocol.allCases.map { ($0.rawValue, $0) })
  }

  /// Reads what is around a body, and the body by `body`; with the same conditions as ``Envelope``.
  private func envelope(kind expected: String?, _ body: (inout PlainJSON) -> Bool) -> Head? {
    guard payload.count <= PayloadBounds.maximumBytes else { return nil }
    var seq: Int64?
    var time: WallTime?
    var uptime: Int64?
    var synced: Bool?
    var bootID: String?
    var seen: (v: Bool, gateway: Bool, kind: Bool, body: Bool) = (false, false, false, false)
    var json = PlainJSON(payload)
    let isRead = json.object { name, json in
      switch name {
      case Names.v where !seen.v:
        seen.v = json.text(is: "1.0")
        return seen.v
      case Names.gateway where !seen.gateway:
        seen.gateway = json.text(is: gateway.text)
        return seen.gateway
      case Names.kind where !seen.kind:
        if let expected {
          seen.kind = json.text(is: expected)
        } else {
          seen.kind = json.text().flatMap { TopicName($0) } != nil
        }
        return seen.kind
      case Names.body where !seen.body:
        seen.body = body(&json)
        return seen.body
      case Names.seq where seq == nil:
        seq = json.integer()
        return seq.map { (1...largestSequence).contains($0) } == true
      case Names.uptime where uptime == nil:
        uptime = json.integer()
        return uptime.map { (0...largestSequence).contains($0) } == true
      case Names.time where time == nil:
        time = json.text().flatMap { WallTime($0) }
        return time != nil
      case Names.synced where synced == nil:
        synced = json.bool()
        return synced != nil
      case Names.bootID where bootID == nil:
        bootID = json.text()
        return bootID.map { (1...64).contains($0.utf8.count) && !$0.utf8.contains(0x20) } == true
      default: return false
      }
    }
    guard isRead, json.isAtEnd, seen == (true, true, true, true), let time, let uptime, let synced, let bootID
    else { return nil }
    return Head(
      seq: seq,
      made: Arrival.Origin(time: time, clockSynced: synced, bootID: bootID, uptimeMilliseconds: uptime))
  }

  private static func finding(_ json: inout PlainJSON) -> Finding? {
    var texts: (id: String?, check: String?, device: String?, remedy: String?)
    var severity: Severity?
    var service: Port?
    var evidence: Evidence?
    var since: WallTime?
    let isRead = json.object { name, json in
      switch name {
      case Names.id where texts.id == nil:
        texts.id = json.text()
        return texts.id != nil
      case Names.check where texts.check == nil:
        texts.check = json.text()
        return texts.check != nil
      case Names.device where texts.device == nil:
        texts.device = json.text()
        return texts.device != nil
      case Names.remedy where texts.remedy == nil:
        texts.remedy = json.text()
        return texts.remedy != nil
      case Names.severity where severity == nil:
        severity = json.text().flatMap { Names.severities[$0] }
        return severity != nil
      case Names.service where service == nil:
        service = json.text().flatMap { Port($0) }
        return service != nil
      case Names.since where since == nil:
        since = json.text().flatMap { WallTime($0) }
        return since != nil
      case Names.evidence where evidence == nil:
        evidence = Self.evidence(&json)
        return evidence != nil
      default: return false
      }
    }
    guard isRead, let id = texts.id, let check = texts.check, let device = texts.device,
      let remedy = texts.remedy, let severity, let evidence
    else { return nil }
    var finding = Finding(
      check: check, severity: severity, device: device, service: service, evidence: evidence, remedy: remedy,
      since: since)
    finding.id = id
    return finding
  }

  private static func evidence(_ json: inout PlainJSON) -> Evidence? {
    var evidence = Evidence()
    let isRead = json.object { name, json in
      switch name {
      case Names.protocolName where evidence.protocol == nil:
        evidence.protocol = json.text().flatMap { Names.protocols[$0] }
        return evidence.protocol != nil
      case Names.tls where evidence.tls == nil:
        evidence.tls = json.bool()
        return evidence.tls != nil
      case Names.profile where evidence.profile == nil:
        evidence.profile = json.text()
        return evidence.profile != nil
      case Names.count where evidence.count == nil:
        evidence.count = json.integer().map { Int($0) }
        return evidence.count != nil
      default: return false
      }
    }
    return isRead ? evidence : nil
  }

  private static func summary(_ json: inout PlainJSON) -> PostureSummary? {
    var numbers: (devices: Int64?, services: Int64?, closings: Int64?)
    var findings: [Severity: Int]?
    var worst: Severity?
    var grade: Grade?
    var agent: String?
    var scanned: WallTime?
    var complete: Bool?
    let isRead = json.object { name, json in
      switch name {
      case Names.devices where numbers.devices == nil:
        numbers.devices = json.integer()
        return numbers.devices != nil
      case Names.services where numbers.services == nil:
        numbers.services = json.integer()
        return numbers.services != nil
      case Names.closings where numbers.closings == nil:
        numbers.closings = json.integer()
        return numbers.closings != nil
      case Names.findings where findings == nil:
        findings = Self.counts(&json)
        return findings != nil
      case Names.worst where worst == nil:
        worst = json.text().flatMap { Names.severities[$0] }
        return worst != nil
      case Names.grade where grade == nil:
        grade = json.text().flatMap { Grade(rawValue: $0) }
        return grade != nil
      case Names.agentVersion where agent == nil:
        agent = json.text()
        return agent != nil
      case Names.scanned where scanned == nil:
        scanned = json.text().flatMap { WallTime($0) }
        return scanned != nil
      case Names.complete where complete == nil:
        complete = json.bool()
        return complete != nil
      default: return false
      }
    }
    guard isRead, let devices = numbers.devices, let services = numbers.services,
      let closings = numbers.closings, let findings, let grade, let agent, let complete
    else { return nil }
    var summary = PostureSummary(of: [], agentVersion: agent)
    summary.devices = Int(devices)
    summary.services = Int(services)
    summary.findings = findings
    summary.worst = worst
    summary.grade = grade
    summary.closings = Int(closings)
    summary.scanned = scanned
    summary.complete = complete
    return summary
  }

  private static func counts(_ json: inout PlainJSON) -> [Severity: Int]? {
    var counts: [Severity: Int] = [:]
    let isRead = json.object { name, json in
      guard let severity = Severity.allCases.first(where: { Self.names[$0] == name }),
        counts[severity] == nil, let count = json.integer()
      else { return false }
      counts[severity] = Int(count)
      return true
    }
    return isRead ? counts : nil
  }

  private static let names: [Severity: PlainJSON.Name] = [
    .info: PlainJSON.Name("info"), .low: PlainJSON.Name("low"), .medium: PlainJSON.Name("medium"),
    .high: PlainJSON.Name("high"), .critical: PlainJSON.Name("critical"),
  ]
}
