// swift-tools-version: 6.2
import PackageDescription

/// One set of language rules for every target of the package.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "swift-settlement",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Settlement", targets: ["Settlement"]),
        .library(name: "SettlementLedger", targets: ["SettlementLedger"]),
        .library(name: "SettlementJournal", targets: ["SettlementJournal"]),
        .library(name: "SettlementTestKit", targets: ["SettlementTestKit"]),
        .library(name: "SettlementLoad", targets: ["SettlementLoad"]),
        .library(name: "SettlementWebhooks", targets: ["SettlementWebhooks"]),
        .library(name: "SettlementWebhooksNIO", targets: ["SettlementWebhooksNIO"]),
        .executable(name: "settle", targets: ["settle"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The deterministic state machine: no async, no clock, no randomness, no I/O.
        .target(
            name: "SettlementLedger",
            dependencies: ["CSettlementPrefetch", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: settings
        ),
        // One instruction that asks for a cache line ahead of time.
        .target(name: "CSettlementPrefetch"),
        // Hardware CRC32C, the one instruction Swift cannot name.
        .target(name: "CSettlementChecksum"),
        // Bytes on disk: frames, segments, recovery, group commit.
        .target(
            name: "SettlementJournal",
            dependencies: ["CSettlementChecksum", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        // The actors an embedder uses.
        .target(
            name: "Settlement",
            dependencies: [
                "CSettlementPrefetch",
                "SettlementJournal",
                "SettlementLedger",
                .product(name: "BasicContainers", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            // The shipped policies for people to read; a test holds them equal to the Swift values.
            exclude: ["Policies"],
            swiftSettings: settings
        ),
        // Simulated regions, clocks and disks, for our tests and an embedder's.
        .target(
            name: "SettlementTestKit",
            dependencies: [
                "Settlement",
                "SettlementJournal",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        // Signed messages to webhook subscribers and robots; the network is behind a protocol.
        .target(
            name: "SettlementWebhooks",
            dependencies: [
                "Settlement",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        // That network, for embedders who have none of their own: TLS to an address that was checked.
        .target(
            name: "SettlementWebhooksNIO",
            dependencies: [
                "SettlementWebhooks",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // Load profiles, pacing, recording, reports.
        .target(
            name: "SettlementLoad",
            dependencies: [
                "Settlement",
                "SettlementJournal",
                "SettlementTestKit",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "settle",
            dependencies: [
                "Settlement",
                "SettlementJournal",
                "SettlementLoad",
                "SettlementTestKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "SettlementLedgerTests", dependencies: ["SettlementLedger"], swiftSettings: settings),
        .testTarget(name: "SettlementJournalTests", dependencies: ["SettlementJournal"], swiftSettings: settings),
        .testTarget(
            name: "SettlementTests",
            dependencies: [
                "Settlement",
                "SettlementJournal",
                "SettlementTestKit",
                .product(name: "BasicContainers", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        // The settlement path in simulated worlds, and what keeps it simulable.
        .testTarget(
            name: "SettlementSimulationTests",
            dependencies: [
                "Settlement",
                "SettlementJournal",
                "SettlementTestKit",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SettlementLoadTests",
            dependencies: ["SettlementLoad", "SettlementTestKit", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SettlementWebhooksTests",
            dependencies: [
                "Settlement",
                "SettlementTestKit",
                "SettlementWebhooks",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SettlementWebhooksNIOTests",
            dependencies: [
                "Settlement",
                "SettlementWebhooks",
                "SettlementWebhooksNIO",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        // A small service made to be killed, and the tests that kill it.
        .executableTarget(
            name: "crash-writer",
            dependencies: ["Settlement", "SettlementJournal", .product(name: "Logging", package: "swift-log")],
            path: "Tests/CrashWriter",
            swiftSettings: settings
        ),
        // The command-line tool as a shell sees it.
        .testTarget(name: "SettleTests", dependencies: ["settle"], swiftSettings: settings),
        .testTarget(name: "CrashTests", dependencies: ["crash-writer"], swiftSettings: settings),
    ]
)

// Benchmarks are built by who asks for them: `make bench`.
if Context.environment["SETTLEMENT_BENCHMARKS"] != nil {
    package.targets += [
        .target(name: "CAllocationCount", path: "Benchmarks/CAllocationCount"),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "CAllocationCount",
                "Settlement",
                "SettlementJournal",
                "SettlementLedger",
                "SettlementLoad",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/Micro",
            swiftSettings: settings
        ),
    ]
}

// A newer compiler's warning must not break who depends on the package: only CI refuses them.
let cTargets = ["CSettlementChecksum", "CSettlementPrefetch", "CAllocationCount"]
if Context.environment["CI"] != nil {
    for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
        target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
    }
}
