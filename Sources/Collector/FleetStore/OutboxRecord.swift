package import FleetContract
package import Posture

/// By what a notice goes out.
package enum NoticeChannel: String, Hashable, Sendable, Codable, CaseIterable {
  case email, webhook, letter, phone
  /// The household's own page on its gateway; see ``FleetStore/accompany(now:)``.
  case page
  /// The same ways, once what was told by them is closed.
  case emailSafe = "email-safe"
  case webhookSafe = "webhook-safe"
  case letterSafe = "letter-safe"
  case phoneSafe = "phone-safe"
  case pageSafe = "page-safe"

  /// The way by which it is told that what this one told is closed; `nil` for such a one itself.
  package var safe: NoticeChannel? { NoticeChannel(rawValue: rawValue + "-safe") }
  /// Whether it tells that something is closed.
  package var isSafe: Bool { safe == nil }
  /// Whether it goes to the gateway, and not to somebody.
  package var isOfPage: Bool { self == .page || self == .pageSafe }
  /// Whether it tells somebody that something is to be done.
  package var calls: Bool { !isSafe && !isOfPage }

  /// Those that tell somebody that something is to be done, as SQL.
  static let calling = allCases.filter(\.calls).map { "'\($0.rawValue)'" }.joined(separator: ", ")
}

/// How a subscriber is reached by one channel.
package struct Contact: Hashable, Sendable {
  package var gateway: GatewayID
  package var channel: NoticeChannel
  /// A mail address, or what the provider calls the subscriber.
  package var recipient: String
  /// ja, easy-ja or en.
  package var language: String

  package init(gateway: GatewayID, channel: NoticeChannel, recipient: String, language: String) {
    self.gateway = gateway
    self.channel = channel
    self.recipient = recipient
    self.language = language
  }
}

/// One notice in the outbox.
package struct OutboxRecord: Sendable, Encodable {
  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case queued
    /// Somebody is handing it over.
    case sending
    case sent
    /// It will not go out by this channel.
    case failed
    /// It was handed over and nobody knows whether it arrived; it is not sent again.
    case unknown
  }

  package var number: Int64
  package var gateway: GatewayID
  package var finding: String
  /// When the finding came; when it comes back, what is told of it is another notice.
  package var detected: WallTime
  package var channel: NoticeChannel
  package var recipient: String
  package var language: String
  package var subject: String
  package var lines: [String]
  package var isUrgent: Bool
  package var state: State
  /// How often it was tried.
  package var attempts: Int
  /// Before then it is not tried.
  package var due: WallTime
  package var queued: WallTime
  /// When its state changed last.
  package var changed: WallTime
  /// What the other side said, or why it did not go.
  package var reason: String?

  private enum CodingKeys: String, CodingKey {
    case number, gateway, finding, channel, recipient, language, subject, lines, state, attempts, due, queued
    case changed, reason
    case isUrgent = "urgent"
  }
}

/// The tables of notices that go out.
enum OutboxSchema {
  static let version15 = """
    CREATE TABLE contact (
      gateway TEXT NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL, language TEXT NOT NULL,
      PRIMARY KEY (gateway, channel)
    ) STRICT, WITHOUT ROWID;

    -- 'detected' is the episode of the finding: of each, one notice goes out by each channel, whatever happens.
    CREATE TABLE notice_outbox (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      finding TEXT NOT NULL, detected INTEGER NOT NULL, channel TEXT NOT NULL,
      recipient TEXT NOT NULL, language TEXT NOT NULL, subject TEXT NOT NULL, lines TEXT NOT NULL,
      urgent INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL,
      queued INTEGER NOT NULL, changed INTEGER NOT NULL, reason TEXT,
      UNIQUE (gateway, finding, detected, channel)
    ) STRICT;
    CREATE INDEX notice_outbox_due ON notice_outbox (state, channel, due, number);
    """

  static let version17 = """
    -- From which the numbers of notices are worked out, so that all who share this store get the same.
    CREATE TABLE notice_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL) STRICT;
    """
}
