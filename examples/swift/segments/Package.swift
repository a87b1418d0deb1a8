// swift-tools-version:5.9
import PackageDescription

// A package is known by the name of its folder.
let package = Package(
    name: "segments",
    platforms: [.macOS(.v12)],
    dependencies: [.package(path: "../../../bindings-uniffi/swift")],
    targets: [.executableTarget(name: "Segments", dependencies: [.product(name: "Pegcount", package: "swift")])]
)
