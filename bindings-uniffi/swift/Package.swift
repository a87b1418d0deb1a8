// swift-tools-version:5.9
import PackageDescription

// `run.sh` makes what lies in the folders named generated, and says where the library is.
let package = Package(
    name: "pegcount",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Pegcount", targets: ["Pegcount"])],
    targets: [
        .systemLibrary(name: "PegcountFFI", path: "generated/PegcountFFI"),
        .target(name: "PegcountCore", dependencies: ["PegcountFFI"], path: "generated/PegcountCore"),
        .target(name: "Pegcount", dependencies: ["PegcountCore"]),
        .testTarget(name: "PegcountTests", dependencies: ["Pegcount", "PegcountCore"]),
    ]
)
