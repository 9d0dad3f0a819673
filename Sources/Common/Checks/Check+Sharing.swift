import Posture
import Wording

/// Files, messages, pictures and data that a device hands out.
extension Check {
  static let ftpOpen = service(
    "ftp-open", .medium, onInternet: .high,
    title: LocalizedText(
      ja: "古いファイルの受け渡し (FTP) が開いています", en: "Old-style file transfer (FTP) is open"),
    reason: LocalizedText(
      ja: "ファイルもパスワードも、そのまま流れて読まれてしまいます。",
      en: "Files and passwords travel readable for all."),
    remedy: .turnOff, references: ["RFC 959", "RFC 2577"]
  ) { service, _ in service.protocol == .ftp && !service.tls && !service.letsAnyoneIn }

  static let ftpAnonymous = service(
    "ftp-anonymous", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "だれでもファイルを取り出せます (FTP)", en: "Anybody can fetch files (FTP)"),
    reason: LocalizedText(
      ja: "パスワードなしでファイルを見られ、持ち出されます。",
      en: "Files can be seen and taken without a password."),
    remedy: .setPassword, references: ["RFC 1635"], supersedes: ["ftp-open"]
  ) { service, _ in service.protocol == .ftp && service.letsAnyoneIn }

  static let tftpOpen = speaking(
    [.tftp], "tftp-open", .medium, onInternet: .high,
    title: LocalizedText(
      ja: "だれでも使えるファイル置き場 (TFTP) が開いています", en: "A file store for anybody (TFTP) is open"),
    reason: LocalizedText(
      ja: "機器の設定やパスワードを取り出されるおそれがあります。",
      en: "Others may fetch settings and passwords of devices."),
    remedy: .turnOff, references: ["RFC 1350"])

  /// One server may answer on two ports, with the same shares.
  static let smbAnonymous = service(
    "smb-anonymous", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "だれでも共有フォルダーを開けます", en: "Anybody can open shared folders"),
    reason: LocalizedText(
      ja: "パスワードなしでファイルを見られ、持ち出されます。",
      en: "Files can be seen and taken without a password."),
    remedy: .setPassword, references: ["[MS-SMB2]", "https://www.samba.org/samba/docs/"],
    supersedes: ["smb-open"], isOncePerDevice: true
  ) { service, _ in service.protocol == .smb && service.letsAnyoneIn }

  static let smbOpen = service(
    "smb-open", .medium, onInternet: .critical,
    title: LocalizedText(ja: "共有フォルダーが開いたままです", en: "Shared folders stand open"),
    reason: LocalizedText(
      ja: "中のファイルを見られ、消され、人質に取られるおそれがあります。",
      en: "Others may read, delete or lock up the files."),
    remedy: .setPassword, references: ["https://www.samba.org/samba/docs/"]
  ) { service, _ in service.protocol == .smb && service.isOnInternet }

  static let mqttAnonymous = service(
    "mqtt-anonymous", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "家電の中継機 (MQTT) にパスワードがありません", en: "The hub of appliances (MQTT) has no password"),
    reason: LocalizedText(
      ja: "だれでもセンサーの値を読み、家電を動かせます。",
      en: "Anybody can read the sensors and run the appliances."),
    remedy: .setPassword, references: ["https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html"]
  ) { service, _ in service.protocol == .mqtt && service.letsAnyoneIn }

  static let redisAnonymous = service(
    "redis-anonymous", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "データの保管庫 (Redis) にパスワードがありません", en: "A data store (Redis) has no password"),
    reason: LocalizedText(
      ja: "中のデータを読まれ、機器を乗っ取られるおそれがあります。",
      en: "Others can read the data and take the machine over."),
    remedy: .setPassword,
    references: ["https://redis.io/docs/latest/operate/oss_and_stack/management/security/"]
  ) { service, _ in service.protocol == .redis && service.letsAnyoneIn }

  static let memcachedOpen = speaking(
    [.memcached], "memcached-open", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "データの一時置き場 (memcached) が開いています", en: "A data cache (memcached) is open"),
    reason: LocalizedText(
      ja: "中のデータを読まれ、他人への大きな攻撃にも使われます。",
      en: "Others can read the data, and attackers use it for very large attacks."),
    remedy: .limitToPartner, references: ["https://github.com/memcached/memcached/wiki/Security"])

  static let databaseOpen = service(
    "database-open", .low, onInternet: .high,
    title: LocalizedText(ja: "データベースが開いています", en: "A database is open"),
    reason: LocalizedText(
      ja: "パスワードを当てられると、中のデータをすべて読まれます。",
      en: "Whoever guesses the password reads all its data."),
    remedy: .limitToPartner, references: ["https://www.postgresql.org/docs/current/auth-pg-hba-conf.html"]
  ) { service, _ in
    [.postgresql, .mysql, .ldap].contains(service.protocol)
      || service.protocol == .redis && !service.letsAnyoneIn
  }

  static let snmpPublic = service(
    "snmp-public", .medium, onInternet: .high, excuse: .never,
    title: LocalizedText(
      ja: "管理用の窓口 (SNMP) が初めの合言葉のままです", en: "The management window (SNMP) still has its first password"),
    reason: LocalizedText(
      ja: "だれでも機器の中の様子を読み取れます。", en: "Anybody can read how the device is set up."),
    remedy: .setPassword, references: ["RFC 3414"]
  ) { service, _ in service.protocol == .snmp && service.letsAnyoneIn }

  static let cameraStream = service(
    "camera-stream-open", .high, onInternet: .critical, excuse: .never,
    title: LocalizedText(
      ja: "カメラの映像をだれでも見られます", en: "Anybody can watch the camera's picture"),
    reason: LocalizedText(
      ja: "パスワードなしで映像が送られています。", en: "The picture is sent without asking for a password."),
    remedy: .setPassword, references: ["RFC 7826"]
  ) { service, _ in service.protocol == .rtsp && service.letsAnyoneIn }
}
