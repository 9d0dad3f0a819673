// swift-tools-version:6.2
import PackageDescription

/// Settings of every Swift target: the Swift 6 language mode comes with the tools version.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The wings of the house.
///
/// Arrows between rooms point down only: Common knows neither Gateway nor
/// Collector, and those two never import each other.
enum Wing: String {
  case common = "Common"
  case gateway = "Gateway"
  case collector = "Collector"
  case lab = "Lab"
}

func room(
  _ name: String, in wing: Wing, uses dependencies: [Target.Dependency] = [], without excluded: [String] = [],
  with resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(wing.rawValue)/\(name)", exclude: excluded,
    resources: resources, swiftSettings: strict)
}

func program(
  _ name: String, in wing: Wing, uses dependencies: [Target.Dependency], without excluded: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/\(wing.rawValue)/\(name)", exclude: excluded,
    swiftSettings: strict)
}

func tests(
  _ name: String, in wing: Wing, uses dependencies: [Target.Dependency], without excluded: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(wing.rawValue)/\(name)", exclude: excluded,
    swiftSettings: strict)
}

/// What several test targets share.
func support(
  _ name: String, uses dependencies: [Target.Dependency], without excluded: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Tests/Support/\(name)", exclude: excluded,
    swiftSettings: strict)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
/// SQLite's own interface, where GRDB's values cost more than what they carry.
let sqliteInterface = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let templates = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let http: [Target.Dependency] = [
  .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let libraries: [Target] = [
  .target(name: "CLinux", path: "Sources/CLibraries/CLinux"),
  .target(name: "CPacketRings", path: "Sources/CLibraries/CPacketRings"),
  .target(name: "CPostgres", path: "Sources/CLibraries/CPostgres"),
  .systemLibrary(
    name: "COpenSSL", path: "Sources/CLibraries/COpenSSL", pkgConfig: "openssl",
    providers: [.apt(["libssl-dev"])]),
  .systemLibrary(
    name: "CExpat", path: "Sources/CLibraries/CExpat", pkgConfig: "expat",
    providers: [.apt(["libexpat1-dev"])]),
  .systemLibrary(
    name: "CPango", path: "Sources/CLibraries/CPango", pkgConfig: "pangocairo",
    providers: [.apt(["libpango1.0-dev"])]),
  .systemLibrary(
    name: "CYAML", path: "Sources/CLibraries/CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]
  ),
  .systemLibrary(
    name: "CMosquitto", path: "Sources/CLibraries/CMosquitto", pkgConfig: "libmosquitto",
    providers: [.apt(["libmosquitto-dev"])]),
]

let common: [Target] = [
  room("Addresses", in: .common),
  room("Posture", in: .common, uses: ["Addresses"]),
  room("Packets", in: .common, uses: ["Addresses"]),
  room("Identify", in: .common, uses: ["Addresses", "Cryptography", "Posture"]),
  room("Cryptography", in: .common, uses: ["COpenSSL"]),
  room("HTTPMessages", in: .common),
  room("LinuxIO", in: .common, uses: ["Addresses", "CLinux", "Posture"]),
  room("Stagger", in: .common),
  room("Wording", in: .common),
  room("Settings", in: .common, uses: ["Addresses", "Wording", "CYAML"]),
  room("Profiles", in: .common, uses: ["Addresses", "Posture", "Settings", "Wording"]),
  room("Capture", in: .common, uses: ["Packets"]),
  room("Traits", in: .common, uses: ["Addresses", "Packets"]),
  room("Classify", in: .common, uses: ["Posture", "Traits"]),
  tests("CaptureTests", in: .common, uses: ["Addresses", "Capture", "Packets"]),
  tests("TraitsTests", in: .common, uses: ["Addresses", "Packets", "Traits"]),
  tests(
    "ClassifyTests", in: .common, uses: ["Addresses", "Capture", "Classify", "Packets", "Posture", "Traits"]),
  room("Patterns", in: .common),
  room("Markup", in: .common, uses: ["CExpat"]),
  room("Recog", in: .common, uses: ["Markup", "Patterns"]),
  tests("PatternsTests", in: .common, uses: ["Patterns"]),
  tests("MarkupTests", in: .common, uses: ["Markup"]),
  tests("RecogTests", in: .common, uses: ["Markup", "Patterns", "Recog"]),
  room("JSONTree", in: .common),
  room("MUD", in: .common, uses: ["Addresses", "JSONTree", "Posture"]),
  tests("MUDTests", in: .common, uses: ["Addresses", "MUD", "Posture"]),
  room("Recognition", in: .common, uses: ["Addresses", "Posture", "Profiles", "Recog"]),
  room("Checks", in: .common, uses: ["Addresses", "Posture", "Profiles", "Wording"]),
  tests("AddressesTests", in: .common, uses: ["Addresses"]),
  tests("PostureTests", in: .common, uses: ["Addresses", "Posture"]),
  tests("PacketsTests", in: .common, uses: ["Addresses", "Packets"]),
  tests("StaggerTests", in: .common, uses: ["Stagger"]),
  tests("CryptographyTests", in: .common, uses: ["Cryptography"]),
  tests("LinuxIOTests", in: .common, uses: ["LinuxIO"]),
  tests("SettingsTests", in: .common, uses: ["Settings", "Addresses", "Wording"]),
  room("FleetContract", in: .common, uses: ["Addresses", "Cryptography", "Posture"], without: ["schemas"]),
  tests(
    "FleetContractTests", in: .common,
    uses: ["Addresses", "BrokerFixture", "Cryptography", "FleetContract", "Posture"],
    without: ["golden"]),
  room("MQTTClient", in: .common, uses: ["CMosquitto", "COpenSSL", "Cryptography"]),
  support(
    "BrokerFixture", uses: ["MQTTClient"], without: ["check_document.py", "check_messages.py", "schemas.py"]),
  tests("MQTTClientTests", in: .common, uses: ["MQTTClient", "BrokerFixture"]),
  tests(
    "ProfilesTests", in: .common, uses: ["Profiles", "Addresses", "Posture", "Settings", "Wording"],
    without: ["check_schema.py"]),
  tests("ChecksTests", in: .common, uses: ["Checks", "Addresses", "Posture", "Profiles", "Wording"]),
  tests(
    "RecognitionTests", in: .common, uses: ["Addresses", "Posture", "Profiles", "Recog", "Recognition"]),
  tests("IdentifyTests", in: .common, uses: ["Identify", "Addresses", "Posture"]),
]

let gateway: [Target] = [
  room(
    "LANScan", in: .gateway, uses: ["Addresses", "Cryptography", "Identify", "LinuxIO", "Packets", "Posture"]),
  room(
    "Listening", in: .gateway, uses: ["Addresses", "Identify", "LinuxIO", "Packets", "Posture", "Traits"]),
  tests("ListeningTests", in: .gateway, uses: ["Addresses", "Listening", "Packets", "Posture"]),
  room(
    "Exposures", in: .gateway,
    uses: [
      "Addresses", "Cryptography", "HTTPMessages", "Identify", "JSONTree", "LinuxIO", "Markup", "Posture",
      "Wording",
    ]),
  tests(
    "ExposuresTests", in: .gateway,
    uses: [
      "Addresses", "BrokerFixture", "Exposures", "LinuxIO", "Posture", "SiteFixture", "Wording", "kadomori",
    ],
    without: ["gateway.sh", "listeners.py"]),
  room("Outbox", in: .gateway, uses: ["FleetContract", "LinuxIO"]),
  room("PowerLoss", in: .gateway, uses: ["LinuxIO"]),
  tests("PowerLossTests", in: .gateway, uses: ["LinuxIO", "PowerLoss"]),
  room("LocalControl", in: .gateway, uses: ["CLinux", "LinuxIO"]),
  room("Firewall", in: .gateway, uses: ["Addresses", "CLinux", "LinuxIO", "Posture"]),
  room(
    "Diagnosis", in: .gateway,
    uses: [
      "Addresses", "Exposures", "Firewall", "FleetContract", "LinuxIO", "MQTTClient", "Posture", "Wording",
    ]),
  room(
    "HomeAssistant", in: .gateway, uses: ["Addresses", "LinuxIO", "MQTTClient", "Posture", "Stagger"]),
  tests(
    "HomeAssistantTests", in: .gateway,
    uses: ["Addresses", "BrokerFixture", "HomeAssistant", "LinuxIO", "MQTTClient", "Posture"]),
  room(
    "Enrolling", in: .gateway,
    uses: ["Addresses", "Cryptography", "FleetContract", "HTTPMessages", "LinuxIO", "Wording"]),
  room(
    "LocalPage", in: .gateway,
    uses: [
      "Addresses", "Checks", "Cryptography", "HTTPMessages", "LinuxIO", "Posture", "Profiles", "Wording",
    ]),
  tests(
    "LocalPageTests", in: .gateway,
    uses: [
      "Addresses", "BrokerFixture", "Cryptography", "HTTPMessages", "LinuxIO", "LocalPage", "Posture",
      "Profiles", "Wording", "kadomori",
    ]),
  room(
    "Agent", in: .gateway,
    uses: [
      "Addresses", "CLinux", "Checks", "Classify", "Cryptography", "Enrolling", "FleetContract",
      "HomeAssistant", "HTTPMessages", "Identify", "LANScan", "LinuxIO", "Listening", "LocalPage",
      "MQTTClient", "MUD", "Outbox", "Packets", "Posture", "PowerLoss", "Profiles", "Recog", "Recognition",
      "Settings", "Stagger", "Traits", "Wording",
    ]),
  program(
    "kadomori", in: .gateway,
    uses: [
      "Addresses", "Agent", "Checks", "Cryptography", "Diagnosis", "Enrolling", "Exposures", "Firewall",
      "FleetContract", "Identify", "LANScan", "LinuxIO", "Listening", "LocalControl", "LocalPage",
      "MQTTClient", "MUD", "Posture", "PowerLoss", "Profiles", "Settings", "Stagger", "Wording", arguments,
      .product(name: "Logging", package: "swift-log"),
    ], without: ["schemas"]),
  tests("EnrollingTests", in: .gateway, uses: ["Enrolling", "FleetContract"]),
  tests("OutboxTests", in: .gateway, uses: ["FleetContract", "LinuxIO", "Outbox"]),
  tests(
    "AgentTests", in: .gateway,
    uses: [
      "Addresses", "Agent", "BrokerFixture", "Cryptography", "FleetContract", "LANScan", "LinuxIO",
      "MQTTClient", "MUD", "Outbox", "Posture", "Profiles", "Settings", "Stagger", "Wording",
    ]),
  tests(
    "FirewallTests", in: .gateway,
    uses: [
      "Addresses", "BrokerFixture", "Firewall", "LinuxIO", "Posture", "kadomori", "kadomori-collector",
    ],
    without: [
      "activate.py", "firewall-of-others.sh", "hasty-device.py", "held-device.py", "look_at_page.py",
      "openwrt-like.nft", "talkers.py",
    ]),
  tests(
    "KadomoriTests", in: .gateway,
    uses: [
      "Addresses", "Agent", "BrokerFixture", "Diagnosis", "LocalPage", "Posture", "Settings", "SiteFixture",
      "Wording", "kadomori",
    ],
    without: ["bad-situations.sh", "on-terminal.py"]),
  tests(
    "SiteTests", in: .gateway,
    uses: ["Addresses", "BrokerFixture", "Lab", "Posture", "SiteFixture", "kadomori"],
    without: ["slow-wire.py"]),
  tests("LANScanTests", in: .gateway, uses: ["Addresses", "Identify", "LANScan", "Posture"]),
]

let collector: [Target] = [
  room("Sightings", in: .collector, uses: ["Addresses", "FleetContract", "JSONTree", "Posture"]),
  tests("SightingsTests", in: .collector, uses: ["Addresses", "FleetContract", "Posture", "Sightings"]),
  room("Letters", in: .collector, uses: ["CPango"]),
  tests("LettersTests", in: .collector, uses: ["BrokerFixture", "Letters"]),
  room(
    "Sending", in: .collector,
    uses: [
      "Addresses", "Cryptography", "FleetContract", "HTTPMessages", "Letters", "LinuxIO", "MQTTClient",
      "Posture",
    ]),
  tests(
    "SendingTests", in: .collector,
    uses: ["BrokerFixture", "Cryptography", "FleetContract", "MQTTClient", "Posture", "Sending"],
    without: ["mail.py"]),
  room(
    "Health", in: .collector,
    uses: [
      "Addresses", "Casework", "Correlate", "Exchange", "FleetContract", "FleetStore", "Ingest", "LinuxIO",
      "Posture", "Web", lifecycle,
    ]),
  room(
    "Checkup", in: .collector,
    uses: ["Cryptography", "FleetStore", "Ingest", "Letters", "LinuxIO", "MQTTClient", "Posture", "Wording"]),
  room("Correlate", in: .collector, uses: ["Addresses", "FleetContract", "Posture", "Sightings"]),
  tests(
    "CorrelateTests", in: .collector,
    uses: ["Addresses", "Correlate", "FleetContract", "Posture", "Sightings"]
  ),
  room(
    "Exchange", in: .collector,
    uses: ["Addresses", "Correlate", "Cryptography", "FleetContract", "Posture", "Sightings"]),
  tests(
    "ExchangeTests", in: .collector,
    uses: ["Addresses", "BrokerFixture", "Correlate", "Exchange", "FleetContract", "Posture", "Sightings"],
    without: ["read_exports.py"]),
  room(
    "Notices", in: .collector, uses: ["Checks", "Cryptography", "Posture", "Settings", "Wording", templates]),
  tests("NoticesTests", in: .collector, uses: ["Addresses", "Checks", "Notices", "Posture", "Settings"]),
  room("Trials", in: .collector, uses: ["Cryptography"]),
  tests("TrialsTests", in: .collector, uses: ["Trials"]),
  room("Casework", in: .collector, uses: ["Posture"]),
  tests("CaseworkTests", in: .collector, uses: ["Casework", "Posture"]),
  room(
    "SecondLook", in: .collector,
    uses: [
      "Addresses", "Campaigns", "Checks", "Cryptography", "Identify", "LinuxIO", "Posture", "Profiles",
      "Recognition",
    ]),
  tests(
    "SecondLookTests", in: .collector,
    uses: ["Addresses", "Campaigns", "Checks", "Identify", "Posture", "Profiles", "SecondLook"]),
  room("Campaigns", in: .collector, uses: ["Addresses", "Posture", "Settings"]),
  tests("CampaignsTests", in: .collector, uses: ["Addresses", "Campaigns", "Posture", "Settings"]),
  room("SQLStore", in: .collector, uses: ["CPostgres", sqlite, sqliteInterface]),
  support("PostgresFixture", uses: ["BrokerFixture"]),
  tests("SQLStoreTests", in: .collector, uses: ["BrokerFixture", "PostgresFixture", "SQLStore"]),
  room(
    "FleetStore", in: .collector,
    uses: [
      "Addresses", "Campaigns", "Casework", "Correlate", "FleetContract", "JSONTree", "Posture", "SQLStore",
      "Sightings", "Trials",
    ]),
  room(
    "Ingest", in: .collector,
    uses: ["FleetContract", "FleetStore", "LinuxIO", "MQTTClient", "Posture", lifecycle]),
  room("Certificates", in: .collector, uses: ["COpenSSL", "Cryptography"]),
  room("Attempts", in: .collector),
  room(
    "Web", in: .collector,
    uses: ["Addresses", "Cryptography", "HTTPMessages", "LinuxIO", lifecycle, logging] + http),
  room(
    "Enrolment", in: .collector,
    uses: [
      "Addresses", "Attempts", "Certificates", "Cryptography", "FleetContract", "FleetStore", "HTTPMessages",
      "LinuxIO", "Posture", lifecycle,
    ]),
  room(
    "Revocation", in: .collector,
    uses: [
      "Enrolment", "FleetContract", "FleetStore", "LinuxIO", "MQTTClient", "Posture", "PrivateBroker",
      lifecycle,
    ]),
  room("Rollout", in: .collector, uses: ["Cryptography", "FleetContract"]),
  room("Restoration", in: .collector, uses: ["Stagger"]),
  tests("RestorationTests", in: .collector, uses: ["Restoration", "Stagger"]),
  room(
    "Pacing", in: .collector,
    uses: [
      "Addresses", "Cryptography", "FleetContract", "FleetStore", "LinuxIO", "MQTTClient", "Posture",
      "Restoration", lifecycle,
    ]),
  tests(
    "PacingTests", in: .collector,
    uses: [
      "Addresses", "Cryptography", "FleetContract", "FleetStore", "LinuxIO", "MQTTClient", "Pacing",
      "Posture", "PostgresFixture", "Restoration", lifecycle, logging,
    ]),
  room(
    "WideScan", in: .collector,
    uses: ["Addresses", "CLinux", "CPacketRings", "Cryptography", "LinuxIO", "Posture", "Settings"]),
  tests(
    "WideScanTests", in: .collector, uses: ["Addresses", "Cryptography", "LinuxIO", "Posture", "WideScan"]),
  tests(
    "WideScanProgramTests", in: .collector,
    uses: [
      "Addresses", "BrokerFixture", "FleetContract", "FleetStore", "Posture", "PostgresFixture", "Sightings",
      "kadomori-collector",
    ],
    without: ["devices.py", "forger.py", "listeners.py", "stepping-clock.c"]),
  room("ScanOrder", in: .collector, uses: ["Restoration"]),
  tests("ScanOrderTests", in: .collector, uses: ["Restoration", "ScanOrder"]),
  room(
    "Dashboard", in: .collector,
    uses: [
      "Addresses", "Attempts", "Campaigns", "Casework", "Checks", "Correlate", "Cryptography",
      "FleetContract", "FleetStore", "HTTPMessages", "LinuxIO", "Posture", "Restoration", "Trials", "Web",
      "Wording", lifecycle,
    ],
    // Part of the program itself: it needs no files beside it.
    with: ["live.js", "openapi.json", "style.css"].map { .embedInCode("Resources/\($0)") }),
  room("PrivateBroker", in: .collector, uses: ["Addresses", "LinuxIO", "Posture", lifecycle]),
  room(
    "Server", in: .collector,
    uses: [
      "Addresses", "Cryptography", "Dashboard", "Enrolment", "FleetContract", "FleetStore", "Health",
      "Ingest", "LinuxIO", "MQTTClient", "Pacing", "Posture", "PrivateBroker", "Restoration", "Revocation",
      "Sending", "Settings", "Web", lifecycle, logging, signals,
    ]),
  program(
    "kadomori-collector", in: .collector,
    uses: [
      "Addresses", "Campaigns", "Casework", "Checkup", "Correlate", "Cryptography", "Enrolment", "Exchange",
      "FleetContract", "FleetStore", "Health", "Ingest", "LinuxIO", "MQTTClient", "Notices", "Pacing",
      "Packets", "Posture", "PrivateBroker", "Profiles", "Restoration", "Rollout", "ScanOrder", "SecondLook",
      "Sending", "Server", "Settings", "Sightings", "Trials", "WideScan", "Wording", arguments, logging,
    ], without: ["schemas"]),
  tests(
    "FleetStoreTests", in: .collector,
    uses: [
      "Addresses", "BrokerFixture", "Campaigns", "Casework", "Correlate", "Cryptography", "FleetContract",
      "FleetStore", "Posture", "PostgresFixture", "SQLStore", "Sightings", "Trials",
    ]),
  tests(
    "IngestTests", in: .collector,
    uses: [
      "BrokerFixture", "FleetContract", "FleetStore", "Ingest", "MQTTClient", "Posture", "SQLStore",
      lifecycle, logging,
    ]),
  tests(
    "DashboardTests", in: .collector,
    uses: [
      "BrokerFixture", "Casework", "Cryptography", "Dashboard", "FleetContract", "FleetStore", "HTTPMessages",
      "Posture", "Restoration", "Web", "Wording", sqlite,
    ]),
  tests(
    "WebTests", in: .collector,
    uses: ["Addresses", "BrokerFixture", "Cryptography", "LinuxIO", "Web", lifecycle, logging],
    without: ["client.py"]),
  tests("RolloutTests", in: .collector, uses: ["FleetContract", "Rollout"]),
  tests(
    "EnrolmentTests", in: .collector,
    uses: [
      "Addresses", "BrokerFixture", "Certificates", "Cryptography", "Enrolment", "FleetContract",
      "FleetStore", "HTTPMessages", "MQTTClient", "Posture", lifecycle, logging,
    ]),
  tests(
    "PrivateBrokerTests", in: .collector,
    uses: ["Addresses", "BrokerFixture", "Posture", "PrivateBroker", lifecycle, logging]),
  tests(
    "ServerTests", in: .collector,
    uses: [
      "Addresses", "BrokerFixture", "FleetContract", "FleetStore", "Ingest", "LinuxIO", "MQTTClient",
      "Posture", "PostgresFixture", "PrivateBroker", "Restoration", "Server", "Settings",
      "kadomori-collector",
    ], without: ["check_api.py", "check_pages.py"]),
]

let lab: [Target] = [
  room("Lab", in: .lab, uses: ["Addresses", "CLinux", "Posture"]),
  program("kadomori-lab", in: .lab, uses: ["Addresses", "Lab", "Posture", arguments]),
  program(
    "kadomori-train", in: .lab,
    uses: [
      "Addresses", "Capture", "Classify", "Identify", "Packets", "Posture", "Profiles", "Recog",
      "Recognition", "Traits", arguments,
    ],
    without: ["labels"]),
  tests("TrainTests", in: .lab, uses: ["Classify", "Posture", "Recog", "kadomori-train"]),
  support("SiteFixture", uses: ["Lab"]),
  tests(
    "WholeHouseTests", in: .lab,
    uses: [
      "Addresses", "BrokerFixture", "FleetContract", "Lab", "MQTTClient", "Posture", "SiteFixture",
      "kadomori", "kadomori-collector",
    ], without: ["lan-power-cut.sh", "power-cut.sh", "returning-device.py"]),
  tests(
    "DocumentationTests", in: .lab,
    uses: [
      "BrokerFixture", "SiteFixture", "kadomori", "kadomori-collector", "kadomori-lab", "kadomori-train",
    ]),
  tests("LabTests", in: .lab, uses: ["Addresses", "Lab", "LinuxIO", "Posture", "kadomori-lab"]),
]

/// What kills the programs at random while findings flow, and counts what became of them; see `packaging/chaos`.
let chaos: [Target] = [
  .executableTarget(
    name: "chaos",
    dependencies: [
      "Agent", "BrokerFixture", "FleetContract", "LinuxIO", "Outbox", "Posture", "Stagger", sqlite,
    ], path: "Tests/Chaos/chaos", swiftSettings: strict),
  .testTarget(
    name: "ChaosTests", dependencies: ["BrokerFixture", "chaos", "kadomori-collector"],
    path: "Tests/Chaos/ChaosTests", swiftSettings: strict),
]

/// What has thousands of gateways' connections meet one real broker after a blackout; see `packaging/herd`.
let herd: [Target] = [
  .executableTarget(
    name: "herd",
    dependencies: ["BrokerFixture", "MQTTClient", "Restoration", "Stagger"], path: "Tests/Herd/herd",
    swiftSettings: strict),
  .testTarget(
    name: "HerdTests", dependencies: ["BrokerFixture", "herd"], path: "Tests/Herd/HerdTests",
    exclude: ["limiter.py"], swiftSettings: strict),
]

/// What makes large stores and many messages, and measures what becomes of them; see `packaging/measure-store`.
let figures: [Target] = [
  .executableTarget(
    name: "figures",
    dependencies: [
      "Addresses", "BrokerFixture", "Casework", "Cryptography", "Dashboard", "FleetContract", "FleetStore",
      "LinuxIO", "MQTTClient", "Posture", "PostgresFixture", "SQLStore", "Trials", "Web", sqlite,
    ],
    path: "Tests/Figures/figures", swiftSettings: strict)
]

/// Only on request: libFuzzer brings `main`, without which nothing here can be linked; see `packaging/fuzz`.
let fuzz: [Target] =
  Context.environment["KADOMORI_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Addresses", "Agent", "Campaigns", "Capture", "Classify", "Cryptography", "Enrolling", "Exposures",
        "Firewall", "FleetContract", "HTTPMessages", "Identify", "LANScan", "Letters", "LinuxIO",
        "Listening", "LocalControl", "LocalPage", "Markup", "MUD", "Packets", "Patterns", "Posture", "Recog",
        "Recognition", "Settings", "Sightings", "Traits", "Web", "WideScan", "Wording",
      ], path: "Tests/Fuzz/Fuzz", swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  ]

let package = Package(
  name: "kadomori",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: libraries + common + gateway + collector + lab + chaos + herd + figures + fuzz
)
