import Foundation
import PegcountCore

/// Which grant fits, and how to set it up.
public typealias Advice = PegcountCore.Advice
/// Why something was refused, and what to do.
public typealias Explanation = PegcountCore.Explanation
/// One thing that is wrong with a report.
public typealias Finding = PegcountCore.Finding
/// A header field.
public typealias Header = PegcountCore.Header
/// What a person would like to know while waiting.
public typealias Notice = PegcountCore.Notice
/// What a report would cost.
public typealias Plan = PegcountCore.Plan
/// A failure, with everything that helps to mend it.
public typealias Problem = PegcountCore.Problem
/// What a finished report did.
public typealias Summary = PegcountCore.Summary

/// The core's refusals as errors of this library.
func mapped<T>(_ call: () throws -> T) throws -> T {
    do {
        return try call()
    } catch Fault.Refused(let problem) {
        throw PegcountError(problem)
    }
}

/// JSON of what was given, the same text for the same fields: a dictionary has no order of its own.
func text(_ fields: [String: Any?]) throws -> String {
    let given = fields.compactMapValues { $0 }
    guard JSONSerialization.isValidJSONObject(given) else { throw NotPlainData() }
    return String(decoding: try JSONSerialization.data(withJSONObject: given, options: .sortedKeys), as: UTF8.self)
}

/// What the host answers to an order.
func answer(_ fields: [String: String?]) -> String {
    // A dictionary of texts can always be written.
    let data = try? JSONEncoder().encode(fields)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "null"
}

/// What was given is not made of dictionaries, arrays, text, finite numbers and truth.
public struct NotPlainData: Error {}

extension Report {
    /// The report as every language writes it.
    public func json() throws -> String {
        try text(fields)
    }
}

/// What is wrong with a report; empty if nothing is.
public func lint(_ report: Report, now: Date = Date()) throws -> [Finding] {
    let report = try report.json()
    return try mapped { try PegcountCore.lint(report: report, wall: now.milliseconds) }
}

/// Explains an answer that somebody got: every part may be missing. `login` says that it came from the login host.
public func explain(
    body: String? = nil,
    status: Int? = nil,
    method: String? = nil,
    path: String? = nil,
    login: Bool? = nil
) throws -> Problem {
    let fields: [String: Any?] = ["body": body, "status": status, "method": method, "path": path, "login": login]
    let shape = try text(fields)
    return try mapped { try PegcountCore.explain(refused: shape) }
}

/// What a report would cost at a pace of so many requests a minute. Nothing is sent.
public func plan(_ report: Report, pace: Int = 300, now: Date = Date()) throws -> Plan {
    let report = try report.json()
    return try mapped { try PegcountCore.plan(report: report, pace: Int32(clamping: pace), wall: now.milliseconds) }
}

/// Says which grant fits, and how to set it up: whether a person can log in, whether it can keep a secret (a server can,
/// an app cannot), whether it runs in a browser, whether the organisation's identity provider gives it SAML assertions,
/// and the grant that was thought of.
public func advise(
    interactive: Bool? = nil,
    canKeepSecret: Bool? = nil,
    browser: Bool? = nil,
    saml: Bool? = nil,
    wanted: String? = nil
) throws -> Advice {
    let fields: [String: Any?] = [
        "interactive": interactive, "can_keep_secret": canKeepSecret, "browser": browser, "saml": saml, "wanted": wanted,
    ]
    let shape = try text(fields)
    return try mapped { try PegcountCore.advise(situation: shape) }
}

/// The first moment of an interval as people write it, and the one after its last.
public func interval(_ text: String, timeZone: String? = nil, now: Date = Date()) throws -> Range<Date> {
    let span = try mapped { try PegcountCore.interval(text: text, timeZone: timeZone, wall: now.milliseconds) }
    return Date(milliseconds: span.from)..<Date(milliseconds: span.to)
}

/// The tables of bytes saved from anywhere.
public func decode(_ report: Report, _ body: Data, tables: [String]? = nil) throws -> Tables {
    let context = "{\"report\":\(try report.json())}"
    return Tables(try mapped { try PegcountCore.decode(context: context, body: body, names: tables) })
}

extension Date {
    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    var milliseconds: Int64 {
        Int64((timeIntervalSince1970 * 1000).rounded())
    }
}
