import Foundation
import PegcountCore
import XCTest

@testable import enum Pegcount.PegcountError

/// What every language replays.
final class VectorsTests: XCTestCase {
    func testScripts() throws {
        let folder = JSON.folder.appendingPathComponent("session").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        XCTAssertFalse(names.isEmpty)
        for name in names.sorted() {
            try Script(name, JSON.vectors("session/\(name)")).play()
        }
    }

    func testExplanations() throws {
        let cases = try JSON.vectors("explain.json")["cases"].asList
        XCTAssertFalse(cases.isEmpty)
        for each in cases {
            let asked = each.fields.filter { !["id", "expect", "source", "note"].contains($0.key) }
            let told = try explain(refused: JSON(asked).written()).shape
            for (name, expected) in each["expect"].fields {
                let found = told["explanation"].fields[name] ?? told[name]
                let id = each["id"].asText ?? ""
                XCTAssertEqual(found, expected, "\(id): \(name)")
            }
        }
    }

    func testEachCodeHasItsClass() throws {
        let table = try JSON.vectors("errors.json")
        XCTAssertFalse(table["errors"].asList.isEmpty)
        for error in table["errors"].asList {
            let name = try XCTUnwrap(error["class"].asText)
            var problem = try explain(refused: "{}")
            problem.problemClass = name
            let thrown = try XCTUnwrap(Mirror(reflecting: PegcountError(problem)).children.first?.label)
            XCTAssertEqual(thrown, table["classes"][name]["swift"].asText, error["code"].asText ?? "")
        }
    }

    func testWithoutASession() throws {
        for file in ["login.json", "plan.json"] {
            for (kind, cases) in try JSON.vectors(file).fields {
                XCTAssertFalse(cases.asList.isEmpty)
                for (nth, each) in cases.asList.enumerated() {
                    var got = JSON.null
                    if let refused = try refusal({ got = try given(kind, each) }) { got = refused }
                    XCTAssertEqual(got, each["gives"], "\(kind) \(nth)")
                }
            }
        }
    }

    private func given(_ kind: String, _ each: JSON) throws -> JSON {
        func text(_ name: String) -> String { each[name].asText ?? "" }
        switch kind {
        case "begin":
            let page = try LoginPage(
                wish: each["wish"].written(), randomness: bytes(text("randomness")),
                arguments: each["arguments"].written(), environment: [:])
            return JSON(["url": .text(page.url()), "state": .text(page.state()), "verifier": .text(page.verifier())])
        case "finish":
            return JSON(["code": .text(try finishLogin(cameBack: text("came_back"), state: text("state")))])
        case "advise":
            return try advise(situation: each["situation"].written()).shape
        case "plan":
            let pace = Int32(try XCTUnwrap(each["pace"].asInt))
            return try plan(report: each["report"].written(), pace: pace, wall: XCTUnwrap(each["wall"].asInt)).shape()
        default:
            XCTFail("there is no kind `\(kind)`")
            return .null
        }
    }

    /// Bytes from their hexadecimal digits.
    private func bytes(_ text: String) -> Data {
        let digits = text.compactMap(\.hexDigitValue)
        return Data(stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
    }
}

/// What the core says when it refuses; nil if it does not.
private func refusal(_ act: () throws -> Void) throws -> JSON? {
    do {
        try act()
        return nil
    } catch Fault.Refused(let problem) {
        return JSON(["error": problem.shape])
    }
}

/// One script, on a session whose clock is the script's.
private final class Script {
    private let name: String
    private let script: JSON
    private var looks: [Int64: String] = [:]
    private var mono: Int64 = 0
    private var wall: Int64

    init(_ name: String, _ script: JSON) {
        (self.name, self.script) = (name, script)
        wall = script["wall"].asInt ?? 0
    }

    func play() throws {
        let config = script["config"]
        let environment = config["environment"].fields.compactMapValues { $0.asText }
        let arguments = try config["arguments"].written()
        let open = {
            try Session(arguments: arguments, environment: environment)
        }
        if config["gives"] != .null {
            XCTAssertEqual(try refusal { _ = try open() }, config["gives"], name)
            XCTAssertTrue(script["script"].asList.isEmpty, name)
            return
        }
        let session = try open()
        for (index, step) in script["script"].asList.enumerated() {
            try play(step, on: session, "\(name), step \(index + 1)")
        }
    }

    private func play(_ step: JSON, on session: Session, _ place: String) throws {
        let (kind, given) = try XCTUnwrap(step.fields.first { $0.key != "gives" }, place)
        switch kind {
        case "start":
            let report = try given["report"].written()
            let options = given["options"] == .null ? "{}" : try given["options"].written()
            try gives(step, place) {
                let call = try session.start(report: report, options: options, mono: self.mono, wall: self.wall)
                return JSON(["call": .int(call)])
            }
        case "pull":
            try session.pull(call: number(given), mono: mono, wall: wall)
        case "cancel":
            try session.cancel(call: number(given), mono: mono, wall: wall)
        case "pass":
            mono += try number(given)
            wall += try number(given)
        case "jump":
            wall += try number(given)
        case "poll":
            XCTAssertEqual(JSON.list(try poll(session)), given, place)
        case "answer":
            let id = try number(given["id"])
            let headers = given["headers"].asList.map { Header(name: $0.asList[0].asText ?? "", value: $0.asList[1].asText ?? "") }
            try session.handleResponse(
                id: id, look: XCTUnwrap(looks[id]), status: Int32(number(given["status"])), headers: headers,
                body: Data((given["body"].asText ?? "").utf8), mono: mono, wall: wall)
        case "fail":
            let failure = try given["failure"].written()
            try session.handleFailure(id: number(given["id"]), failure: failure, mono: mono, wall: wall)
        case "store":
            // An object is kept without its nulls; of all answers only this one has any.
            let kept = given["answer"]
            let answer = kept == .object([:]) ? #"{"loaded":null}"# : try kept.written()
            try session.handleStore(id: number(given["id"]), answer: answer, mono: mono, wall: wall)
        case "credentials":
            let answer = try given["answer"].written()
            try session.handleCredentials(id: number(given["id"]), answer: answer, mono: mono, wall: wall)
        case "notices":
            var told: [JSON] = []
            while let notice = try session.observe() { told.append(notice.shape) }
            XCTAssertEqual(JSON.list(told), given, place)
        case "decode":
            let context = try given["page"].written()
            let body = Data((given["body"].asText ?? "").utf8)
            try gives(step, place) {
                let tables = try decode(context: context, body: body, names: given["table"].asText.map { [$0] })
                let csv = try XCTUnwrap(tables.first).csv(header: true)
                return JSON(["csv": .text(String(decoding: csv, as: UTF8.self))])
            }
        default:
            XCTFail("\(place): there is no step `\(kind)`")
        }
    }

    private func gives(_ step: JSON, _ place: String, _ act: () throws -> JSON) throws {
        var got = JSON.null
        if let refused = try refusal({ got = try act() }) { got = refused }
        XCTAssertEqual(got, step["gives"], place)
    }

    private func poll(_ session: Session) throws -> [JSON] {
        var orders: [JSON] = []
        while true {
            let order = try session.poll(mono: mono, wall: wall)
            orders.append(try order.shape())
            switch order {
            case let .send(id, _, _, _, _, _, look): looks[id] = look
            case .wait, .idle: return orders
            default: break
            }
        }
    }

    private func number(_ value: JSON) throws -> Int64 {
        try XCTUnwrap(value.asInt, name)
    }
}
