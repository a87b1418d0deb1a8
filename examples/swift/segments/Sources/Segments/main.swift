import Foundation
import Pegcount

// The conversations of an interval: page by page as typed columns, then whole as CSV and Arrow.
let interval = CommandLine.arguments[1]
let folder = URL(fileURLWithPath: CommandLine.arguments[2])
do {
    let client = try Client()  // GENESYSCLOUD_OAUTHCLIENT_ID, _SECRET and _REGION, or a profile
    var talked = 0
    for try await page in client.conversations(interval: interval) {
        let segments = try SegmentsColumns(page.table("segments"))
        talked += segments.segmentType.filter { $0 == "interact" }.count
    }
    print("\(talked) segments of talk")
    let tables = try await client.conversations(interval: interval).read(["segments"])
    let segments = try tables["segments"]
    try segments.csv().write(to: folder.appendingPathComponent("segments.csv"))
    try segments.ipcFile().write(to: folder.appendingPathComponent("segments.arrow"))
    print("\(segments.rowCount) segments")
    await client.close()
} catch let error as PegcountError {
    FileHandle.standardError.write(Data((error.problem.explanation.text + "\n").utf8))
    exit(1)
}
