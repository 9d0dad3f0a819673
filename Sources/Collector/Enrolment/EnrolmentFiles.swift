import LinuxIO

/// Where enrolment keeps its files in the collector's state directory.
package struct EnrolmentFiles: Hashable, Sendable {
  package let directory: String

  package init(state: String) {
    directory = state + "/enrolment"
  }

  package var authority: String { directory + "/ca.crt" }
  package var authorityKey: String { directory + "/ca.key" }
  /// The authority and those above it: what the broker judges clients by.
  package var authorities: String { directory + "/authorities.crt" }
  /// The chain of the broker's and the HTTPS server's certificate.
  package var server: String { directory + "/server.crt" }
  package var serverKey: String { directory + "/server.key" }
  /// What the collector shows the broker.
  package var collector: String { directory + "/collector.crt" }
  package var collectorKey: String { directory + "/collector.key" }
  /// What somebody shows the broker who only sees whether it lets anybody in.
  package var door: String { directory + "/door.crt" }
  package var doorKey: String { directory + "/door.key" }
  /// What somebody shows the broker who brings notices to households' pages, and may do nothing else.
  package var notes: String { directory + "/notes.crt" }
  package var notesKey: String { directory + "/notes.key" }
  package var revocations: String { directory + "/crl.pem" }
  package var accessList: String { directory + "/acl" }
  /// The names of the collectors that have rights at the broker, one a line.
  package var collectors: String { directory + "/collectors" }
  /// The tenants' users that have rights at the broker, and those that had: a user a line, with its tenant.
  package var readers: String { directory + "/readers" }
  package var lock: String { directory + "/lock" }
}

/// Why enrolment cannot be had, and what to do next.
package struct EnrolmentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The only part to compare.
  package enum Code: Hashable, Sendable {
    /// The authority's files cannot be used.
    case authority
    /// A file cannot be read or written.
    case files
    /// The address cannot be listened on.
    case listen
    case busy
  }

  package var code: Code
  package var description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
