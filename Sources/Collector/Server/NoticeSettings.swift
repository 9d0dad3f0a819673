import Addresses
import Cryptography
package import Sending
package import FleetStore
package import Settings

/// By which channels notices go out.
///
/// ```yaml
/// notices:
///   sender: Example Internet            # who is named in letters and calls; the default is 'your provider'
///   email:
///     host: mail.isp.example
///     port: 587                          # this is the default with starttls; 465 with immediate, 25 without TLS
///     tls: starttls                      # starttls, immediate, or none for a relay on this machine
///     authority: /etc/kadomori-collector/mail-ca.pem    # who vouches for its certificate
///     user: notices
///     password_file: /etc/kadomori-collector/mail-password
///     from: notices@isp.example
///   webhook:
///     url: https://crm.isp.example/kadomori
///     authority: /etc/kadomori-collector/crm-ca.pem
///     secret_file: /etc/kadomori-collector/webhook-secret
///   letters: /var/spool/kadomori/letters             # notice-7.pdf and so on, of A4, to print and put into envelopes
///   calls: /var/spool/kadomori/calls
///   page: true                         # the households' own pages, over the broker
///   page_address: 192.168.1.1:8476     # named in the other notices, where it is the same for everybody
/// ```
package struct NoticeSettings: Sendable {
  package var channels: [NoticeChannel: any SendingChannel]
  /// Files that only the collector may read.
  package var secrets: [String]
  /// Whether the households' pages are told.
  package var hasPage = false
  /// Where these pages are.
  package var pageAddress: String?

  package static let format = Format<NoticeSettings>.mapping { reader in
    var settings = NoticeSettings(channels: [:], secrets: [])
    let sender = reader.optional("sender", .string(atMost: 200)) ?? "your provider"
    if let (mail, secrets) = reader.optional("email", email) {
      settings.channels[.email] = mail
      settings.secrets += secrets
    }
    if let (webhook, secret) = reader.optional("webhook", webhook) {
      settings.channels[.webhook] = webhook
      settings.secrets.append(secret)
    }
    if let directory = reader.optional("letters", absolutePath) {
      settings.channels[.letter] = PaperChannel(.letter, in: directory, from: sender)
    }
    if let directory = reader.optional("calls", absolutePath) {
      settings.channels[.phone] = PaperChannel(.script, in: directory, from: sender)
    }
    settings.hasPage = reader.optional("page", .bool) ?? false
    settings.pageAddress = reader.optional("page_address", pageAddress)
    if settings.pageAddress != nil, !settings.hasPage {
      reader.field("page_address").fail(
        "says where the households' pages are, and 'page: true' is missing", as: Int.self)
    }
    return settings
  }

  /// A place to type, and no link: a notice that has one looks like a fraud's.
  private static let pageAddress = Format<String>.string(atMost: 40).checked { text in
    text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || "-.:[]".utf8.contains(byte)
    } && !text.isEmpty
      ? nil : "'\(text)' is no address such as 192.168.1.1:8476; write it without 'http://'"
  }

  private static let absolutePath = Format<String>.string.checked {
    $0.hasPrefix("/") ? nil : "is not an absolute path; begin it with '/'"
  }

  /// The bytes of a file, without the line's end of a secret.
  private static func file(limit: Int) -> Format<(path: String, bytes: [UInt8])> {
    absolutePath.map { path, field in
      do throws(SettingsError) {
        return (path, try SettingsFile.bytes(of: path, limit: limit))
      } catch {
        return field.fail(
          error.diagnostics.first?.message ?? "cannot be read", as: (path: String, bytes: [UInt8]).self)
      }
    }
  }

  private static func line(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix { $0 != 0x0a && $0 != 0x0d }) }

  private static let security = Format<String>.string.map { text, field in
    MailChannel.Security(rawValue: text)
      ?? field.fail("'\(text)' is neither starttls, immediate nor none", as: MailChannel.Security.self)
  }

  private static let email = Format<(MailChannel, secrets: [String])>.mapping { email in
    let host = email.required("host", .string(atMost: 253))
    let security = email.optional("tls", security) ?? .starttls
    let standard = security == .starttls ? 587 : security == .immediate ? 465 : 25
    let port = email.optional("port", .int(in: 1...65_535), default: standard)
    let authority = email.optional("authority", file(limit: 1 << 20))
    let user = email.optional("user", .string(atMost: 200))
    let password = email.optional("password_file", file(limit: 4096))
    let from = email.required(
      "from",
      Format<String>.string.checked {
        MailText.isAddress($0) ? nil : "'\($0)' is no mail address such as notices@isp.example"
      })
    guard let host, let from else { return nil }
    if security != .none, authority == nil {
      return email.field.fail(
        "'authority' is missing: the file, in PEM, of who vouches for the server's certificate")
    }
    if (user == nil) != (password == nil) {
      return email.field.fail("'user' and 'password_file' belong together; write both or none")
    }
    if security == .none, user != nil {
      return email.field.fail("a password is sent with TLS alone; set 'tls' to starttls or immediate")
    }
    let login = user.flatMap { user in
      password.map { (user, String(decoding: line($0.bytes), as: UTF8.self)) }
    }
    let channel = MailChannel(
      host: host, port: UInt16(port), security: security, trust: .authority(authority?.bytes ?? []),
      login: login,
      sender: from)
    return (channel, password.map { [$0.path] } ?? [])
  }

  private static let webhook = Format<(WebhookChannel, secret: String)>.mapping { webhook in
    let url = webhook.required("url", url)
    let authority = webhook.optional("authority", file(limit: 1 << 20))
    let secret = webhook.required("secret_file", file(limit: 4096))
    guard let url, let secret else { return nil }
    if url.isSecure, authority == nil {
      return webhook.field.fail(
        "'authority' is missing: the file, in PEM, of who vouches for the server's certificate")
    }
    let key = line(secret.bytes)
    if key.count < 16 {
      return webhook.field("secret_file").fail(
        "holds less than 16 bytes in its first line; make one with 'openssl rand -hex 32'")
    }
    let channel = WebhookChannel(
      host: url.host, port: url.port, path: url.path,
      trust: url.isSecure ? .authority(authority?.bytes ?? []) : nil, secret: key)
    return (channel, secret.path)
  }

  private struct Place: Sendable {
    var host: String
    var port: UInt16
    var path: String
    var isSecure: Bool
  }

  private static let url = Format<String>.string(atMost: 2000).map { (text, field) -> Place? in
    let isSecure = text.hasPrefix("https://")
    guard isSecure || text.hasPrefix("http://"), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      return field.fail("'\(text)' is no address such as https://crm.isp.example/kadomori", as: Place.self)
    }
    let rest = text.dropFirst(isSecure ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest.dropFirst(authority.count)
    var (host, port) = (String(authority), isSecure ? 443 : 80)
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
        return field.fail("'\(text)' has no port from 1 to 65535", as: Place.self)
      }
      (host, port) = (String(authority[..<colon]), Int(number))
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    let isHere = host == "localhost" || host == "::1" || (host.hasPrefix("127.") && IPAddress(host) != nil)
    guard !host.isEmpty, !host.contains("@"), isSecure || isHere else {
      return field.fail(
        "without TLS notices go to this machine alone; begin it with 'https://'", as: Place.self)
    }
    return Place(
      host: host, port: UInt16(port), path: path.isEmpty || !path.hasPrefix("/") ? "/" + path : String(path),
      isSecure: isSecure)
  }
}
