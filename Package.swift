// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike: warnings are errors, `any` is written out, imports are per file.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For targets whose debug build would be too slow to be of use: the simulation runs them ten thousand times,
/// and the load's own cost must not stand in what it measures.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// The agent is one static executable, so that it starts on any x86-64 Linux.
let agentLinking: [LinkerSetting] = [
    .unsafeFlags(["-static-executable", "-use-ld=lld", "-Xlinker", "-s"]), .linkedLibrary("_FoundationCollections"),
    .linkedLibrary("_FoundationCShims"), .linkedLibrary("swiftSynchronization"),
    // What the static libcurl is made of; the rest is in CAbsentProtocols.
    .linkedLibrary("nghttp2"), .linkedLibrary("ssh2"), .linkedLibrary("ssl"), .linkedLibrary("crypto"), .linkedLibrary("zstd"),
    .linkedLibrary("z"),
]

let package = Package(
    name: "muster",
    products: [
        .executable(name: "muster", targets: ["muster"]),
        .executable(name: "muster-agent", targets: ["muster-agent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // Its default traits need the whole Foundation, which the static agent must not link.
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .executableTarget(name: "muster", dependencies: ["Commands", "Vocabulary"], swiftSettings: strict),
        .executableTarget(
            name: "muster-agent", dependencies: ["Agent", "Vocabulary", "CLinux", "CAbsentProtocols", arguments], swiftSettings: strict,
            linkerSettings: agentLinking),
        .target(
            name: "Commands",
            dependencies: [
                "Controller", "Coordination", "Deployment", "Link", "SSH", "Carriers", "Measurement", "Plans", "Playbooks", "Results",
                "TerminalUI", "Workloads", "Storage", "Vocabulary", "CLinux", arguments,
            ], swiftSettings: strict),
        .target(
            name: "Controller",
            dependencies: [
                "Deployment", "Link", "Carriers", "Coordination", "Measurement", "Results", "Plans", "Vocabulary", "CLinux", "Digests",
            ], swiftSettings: strict),
        .target(
            name: "Agent",
            dependencies: [
                "Link", "Carriers", "Coordination", "Workloads", "Storage", "Measurement", "Results", "Plans", "Vocabulary",
                "CLinux", "Digests",
            ],
            swiftSettings: strict),
        .target(
            name: "Deployment",
            dependencies: ["SSH", "Plans", "Vocabulary", "CLinux", "CZlib", "Digests"],
            swiftSettings: strict),
        .target(name: "SSH", dependencies: ["CLibSSH2", "CSSHKeys", "CLinux", "Digests", "Vocabulary"], swiftSettings: strict),
        .target(
            name: "Carriers",
            dependencies: ["Link", "Vocabulary"] + nio,
            swiftSettings: strict),
        .target(
            name: "Link", dependencies: ["Plans", "Measurement", "Vocabulary", protobuf], exclude: ["muster_link.proto"],
            swiftSettings: optimised),
        .target(name: "Coordination", dependencies: ["Vocabulary"], swiftSettings: optimised),
        .target(
            name: "Workloads", dependencies: ["Storage", "Measurement", "Compression", "Plans", "Vocabulary", "CLinux", "CZstd"],
            swiftSettings: optimised),
        .target(
            name: "Storage", dependencies: ["Plans", "Vocabulary", "CLinux", "CCurl", "CExpat", "Digests"], swiftSettings: optimised),
        .target(name: "Measurement", dependencies: ["Vocabulary"], swiftSettings: optimised),
        .target(name: "Compression", dependencies: ["CZstd"], swiftSettings: optimised),
        .target(
            name: "Results", dependencies: ["Measurement", "Compression", "Plans", "Vocabulary", "CLinux"], swiftSettings: strict),
        .target(name: "TerminalUI", dependencies: ["Results", "Vocabulary", "CLinux"], swiftSettings: strict),
        .target(
            name: "Playbooks", dependencies: ["Plans", "Vocabulary", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(name: "Plans", dependencies: ["Vocabulary"], swiftSettings: strict),
        .target(name: "Vocabulary", dependencies: ["CLinux"], swiftSettings: optimised),
        .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "Digests", dependencies: ["CDigests"], swiftSettings: optimised),
        .target(name: "CDigests", linkerSettings: [.linkedLibrary("crypto")]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev", "libnghttp2-dev", "libssl-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .target(name: "CAbsentProtocols"),
        .target(name: "CLinux"),
        .target(name: "CSSHKeys", linkerSettings: [.linkedLibrary("crypto")]),

        .target(
            name: "TestKit", dependencies: ["Vocabulary", "CLinux"], path: "Tests/TestKit", swiftSettings: strict),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: strict),
        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"], swiftSettings: strict),
        .testTarget(name: "PlansTests", dependencies: ["Plans", "Vocabulary"], swiftSettings: strict),
        .testTarget(
            name: "PlaybooksTests", dependencies: ["Playbooks", "Plans", "Vocabulary", "TestKit", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .testTarget(name: "MeasurementTests", dependencies: ["Measurement", "Vocabulary"], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Digests", "Plans", "Vocabulary", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "WorkloadsTests", dependencies: ["Workloads", "Storage", "Measurement", "Plans", "Vocabulary", "TestKit", "CZstd"],
            swiftSettings: strict),
        .testTarget(
            name: "ResultsTests", dependencies: ["Results", "Measurement", "Plans", "Vocabulary", "TestKit", "CZstd"], swiftSettings: strict
        ),
        .testTarget(
            name: "TerminalUITests", dependencies: ["TerminalUI", "Results", "Measurement", "Plans", "Vocabulary"],
            swiftSettings: strict),
        .testTarget(name: "CoordinationTests", dependencies: ["Coordination", "Vocabulary"], swiftSettings: optimised),
        .testTarget(
            name: "SimulationTests", dependencies: ["Coordination", "Link", "Vocabulary"], swiftSettings: optimised),
        .testTarget(
            name: "LinkTests", dependencies: ["Link", "Measurement", "Plans", "Vocabulary", "TestKit", protobuf], swiftSettings: optimised),
        .testTarget(
            name: "CarriersTests", dependencies: ["Carriers", "Link", "Plans", "Vocabulary", "TestKit"] + nio, swiftSettings: strict),
        .testTarget(name: "SSHTests", dependencies: ["SSH", "Digests", "Vocabulary", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "DeploymentTests", dependencies: ["Deployment", "SSH", "Plans", "Vocabulary", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "AgentTests",
            dependencies: ["Agent", "Link", "Carriers", "Coordination", "Plans", "Measurement", "Results", "Vocabulary", "TestKit"],
            swiftSettings: strict),
        .testTarget(
            name: "ControllerTests",
            dependencies: [
                "Controller", "Agent", "Link", "Carriers", "Coordination", "Deployment", "Plans", "Measurement", "Results", "Vocabulary",
                "TestKit", "Digests",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["Commands", "Playbooks", "Plans", "SSH", "Measurement", "Workloads", "Vocabulary", "TestKit", arguments],
            swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests", dependencies: ["Results", "Measurement", "Carriers", "Link", "Plans", "Vocabulary", "TestKit"],
            swiftSettings: strict),
        .testTarget(name: "HouseTests", dependencies: ["Vocabulary", "TestKit"], swiftSettings: strict),
    ]
)

// The thread sanitizer's build is the tests that it is for and what they need: no static executable can hold its runtime, and
// everything else would only make that build longer.
if Context.environment["MUSTER_THREAD_TESTS"] != nil {
    var needed: Set = ["CoordinationTests", "LinkTests", "CarriersTests", "ControllerTests"]
    // Targets stand above what they depend on, tests aside, hence twice.
    for target in package.targets.reversed() + package.targets where needed.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products = []
}
