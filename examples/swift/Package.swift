// swift-tools-version:5.9
import PackageDescription

let package = Package(
    name: "example",
    platforms: [.macOS(.v12)],
    dependencies: [.package(name: "pegcount", path: "../../bindings-uniffi/swift")],
    targets: [.executableTarget(name: "Example", dependencies: [.product(name: "Pegcount", package: "pegcount")])]
)
