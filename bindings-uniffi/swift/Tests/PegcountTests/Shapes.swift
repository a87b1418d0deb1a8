import Foundation
import PegcountCore

extension Action {
    /// An order in the shape of `pegcount::wire::action`.
    func shape() throws -> JSON {
        switch self {
        case let .send(id, call, purpose, request, timeout, maxBody, look):
            let headers = request.headers().map { JSON([$0.name, $0.value]) }
            let asked: [String: JSON] = [
                "method": .text(request.method()),
                "url": .text(request.url()),
                "headers": .list(headers),
                "body": JSON(request.body().map { String(decoding: $0, as: UTF8.self) }),
            ]
            return JSON([
                "action": .text("send"), "id": .int(id), "call": JSON(call), "purpose": .text("\(purpose)"),
                "request": JSON(asked),
                "timeout": .int(timeout), "max_body": .int(maxBody), "look": try JSON.read(look),
            ])
        case .abort(let id):
            return JSON(["action": .text("abort"), "id": .int(id)])
        case let .store(id, op):
            return joined(["action": .text("store"), "id": .int(id)], op.fields)
        case .credentials(let id):
            return JSON(["action": .text("credentials"), "id": .int(id)])
        case let .emit(call, event):
            return joined(["action": .text("emit"), "call": .int(call)], try event.fields())
        case let .wait(until, why):
            return JSON(["action": .text("wait"), "until": JSON(until), "why": .text(why)])
        case .idle:
            return JSON(["action": .text("idle")])
        }
    }

    private func joined(_ outer: [String: JSON], _ inner: [String: JSON]) -> JSON {
        JSON(outer.merging(inner) { first, _ in first })
    }
}

extension StoreOp {
    fileprivate var fields: [String: JSON] {
        switch self {
        case .load: return ["op": .text("load")]
        case let .lock(owner, takeover): return ["op": .text("lock"), "owner": .text(owner), "takeover": JSON(takeover)]
        case .save(let record): return ["op": .text("save"), "record": .text(record.expose())]
        case .unlock(let owner): return ["op": .text("unlock"), "owner": .text(owner)]
        }
    }
}

extension Event {
    fileprivate func fields() throws -> [String: JSON] {
        switch self {
        case .page(let page): return ["event": .text("page"), "page": try JSON.read(page.context)]
        case .done(let summary): return ["event": .text("done"), "summary": summary.shape]
        case .failed(let problem): return ["event": .text("failed"), "error": problem.shape]
        }
    }
}

extension Summary {
    fileprivate var shape: JSON {
        JSON([
            "pages": .int(pages), "items": .int(items), "outside": .int(outside), "duplicates": .int(duplicates),
            "requests": .int(requests), "retries": .int(retries), "waited": .int(waited),
        ])
    }
}

extension Notice {
    var shape: JSON {
        JSON(["call": JSON(call), "kind": .text(kind), "text": .text(text), "wait": JSON(wait)])
    }
}

extension Problem {
    /// An error in the shape of `pegcount::wire::error`.
    var shape: JSON {
        let told: [String: JSON] = [
            "code": .text(explanation.code),
            "cause": .text(explanation.cause),
            "evidence": JSON(explanation.evidence),
            "remedy": JSON(explanation.remedy),
            "certainty": .text(explanation.certainty),
            "missing": JSON(explanation.missing),
            "nearest": JSON(explanation.nearest),
            "belief": JSON(explanation.belief),
            "resume": JSON(explanation.resume),
            "text": .text(explanation.text),
        ]
        return JSON([
            "code": .text(code),
            "class": .text(problemClass),
            "status": JSON(status.map { Int64($0) }),
            "message": .text(text),
            "request_id": JSON(requestId),
            "retry": JSON(["advice": .text(retry.advice), "after_ms": JSON(retry.afterMs)]),
            "operation": JSON(operation),
            "attempts": .int(attempts),
            "explanation": JSON(told),
        ])
    }
}

extension Advice {
    /// Advice in the shape of `pegcount::wire::advise`.
    var shape: JSON {
        JSON([
            "grant": .text(grant), "why": .text(why), "steps": JSON(steps), "caveats": JSON(caveats),
            "will_not_work": JSON(willNotWork), "text": .text(text),
        ])
    }
}

extension Plan {
    /// A plan in the shape of `pegcount::wire::plan`.
    func shape() throws -> JSON {
        JSON([
            "operation": .text(operation), "lane": .text(lane), "requests": .int(requests), "exact": .bool(exact),
            "seconds": .int(seconds), "windows": windows.isEmpty ? .null : JSON(windows), "first": try JSON.read(first),
            "warnings": .list(warnings.map(\.shape)),
        ])
    }
}
