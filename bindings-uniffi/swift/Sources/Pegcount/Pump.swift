import Foundation
import PegcountCore

/// Two clocks, in milliseconds, and how time is passed; to be replaced in tests.
open class Clock: @unchecked Sendable {
    public init() {}

    /// On a clock that never goes back.
    open func monotonic() -> Int64 {
        Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000)
    }

    /// Since 1970 UTC.
    open func wall() -> Int64 {
        Date().milliseconds
    }

    /// Lets time pass.
    open func pass(_ milliseconds: Int64) async throws {
        try await Task.sleep(nanoseconds: UInt64(max(0, milliseconds)) * 1_000_000)
    }
}

/// What a call tells its caller.
enum Told: Sendable {
    case page(Page)
    case done(Summary)
    case failed(Problem)
}

/// The pump: carries orders of the core out and tells it what happened. It decides nothing.
///
/// The actor guards the session; every order becomes a task of its own, so that exchanges, files and parsing happen
/// outside it. One more task sleeps until the core's time has come.
actor Pump {
    private struct Box {
        var told: [Told] = []
        var waiter: CheckedContinuation<Told, Error>?
        var body = Data()
    }

    private static let most = 1000

    private let session: Session
    private let transport: Transport
    private let store: TokenStore?
    private let provider: (@Sendable () async throws -> ProvidedCredentials)?
    private let clock: Clock
    private var boxes: [Int64: Box] = [:]
    private var flying: [Int64: Task<Void, Never>] = [:]
    /// Questions to the store, and exchanges, that are done before the end.
    private var chores: [Int64: Task<Void, Never>] = [:]
    private var errands: Set<Int64> = []
    private var timer: Task<Void, Never>?
    private var until: Int64?
    private var closed = false
    private(set) var notices: [Notice] = []

    init(
        session: Session, transport: Transport, store: TokenStore?,
        provider: (@Sendable () async throws -> ProvidedCredentials)?, clock: Clock
    ) {
        self.session = session
        self.transport = transport
        self.store = store
        self.provider = provider
        self.clock = clock
    }

    /// Checks and plans a report. Nothing is sent.
    func start(report: String, options: String) throws -> Int64 {
        if closed { throw ClientClosed() }
        let (mono, wall) = now
        let call = try mapped { try session.start(report: report, options: options, mono: mono, wall: wall) }
        boxes[call] = Box()
        poll()
        return call
    }

    /// Asks for the next page and waits until it, or the call's last word, is there.
    func next(_ call: Int64) async throws -> Told {
        if closed || boxes[call] == nil { throw ClientClosed() }
        tell { try session.pull(call: call, mono: $0, wall: $1) }
        let told: Told = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait(call, $0) }
        } onCancel: {
            Task { await self.cancel(call) }
        }
        if case .page = told { return told }
        boxes[call] = nil
        return told
    }

    /// Ends a call; whoever waits for it hears so, in Swift's own words rather than the core's.
    func cancel(_ call: Int64) {
        let box = boxes.removeValue(forKey: call)
        tell { try session.cancel(call: call, mono: $0, wall: $1) }
        box?.waiter?.resume(throwing: CancellationError())
    }

    /// Cancels what is open, leaves no lock behind and no job that nobody wants, and closes the connections.
    func close() async {
        if closed { return }
        closed = true
        for call in boxes.keys.sorted() {
            tell { try session.cancel(call: call, mono: $0, wall: $1) }
        }
        while let chore = chores.values.first ?? errands.first.flatMap({ flying[$0] }) {
            await chore.value
        }
        timer?.cancel()
        for call in Array(boxes.keys) {
            boxes[call]?.waiter?.resume(throwing: ClientClosed())
            boxes[call] = nil
        }
        transport.close()
    }

    private var now: (Int64, Int64) {
        (clock.monotonic(), clock.wall())
    }

    /// An input, and everything that follows from it. The session refuses none of those that come this way.
    private func tell(_ input: (Int64, Int64) throws -> Void) {
        let (mono, wall) = now
        try? input(mono, wall)
        poll()
    }

    private func wait(_ call: Int64, _ waiter: CheckedContinuation<Told, Error>) {
        guard boxes[call] != nil else { return waiter.resume(throwing: CancellationError()) }
        if boxes[call]!.told.isEmpty {
            boxes[call]!.waiter = waiter
        } else {
            waiter.resume(returning: boxes[call]!.told.removeFirst())
        }
    }

    /// Puts every order where it belongs.
    private func poll() {
        while true {
            let (mono, wall) = now
            guard let order = try? session.poll(mono: mono, wall: wall) else { return }
            observe()
            switch order {
            case let .send(id, call, purpose, request, timeout, maxBody, look):
                // Nobody logs in for a call that is over; whatever else has no call is still to be done.
                if purpose == .chore { errands.insert(id) }
                flying[id] = Task { await self.exchange(id, call, request, timeout, maxBody, look) }
            case .abort(let id):
                flying[id]?.cancel()
            case let .store(id, op):
                let store = store
                chores[id] = Task.detached { await self.stored(id, carryOut(op, on: store)) }
            case .credentials(let id):
                Task { await self.provide(id) }
            case let .emit(call, event):
                emit(call, event)
            case .wait(let time, _):
                return sleep(time)
            case .idle:
                return sleep(nil)
            }
        }
    }

    private func observe() {
        while let notice = try? session.observe() {
            if notice.kind != "progress" { notices.append(notice) }
        }
        notices.removeFirst(max(0, notices.count - Pump.most))
    }

    private func sleep(_ time: Int64?) {
        if time == until, timer != nil { return }
        timer?.cancel()
        until = time
        guard let time = time else { return timer = nil }
        let left = max(1, time - clock.monotonic())
        timer = Task { [clock] in
            do { try await clock.pass(left) } catch { return }
            self.wake(time)
        }
    }

    private func wake(_ time: Int64) {
        guard time == until else { return }
        (until, timer) = (nil, nil)
        poll()
    }

    private func emit(_ call: Int64, _ event: Event) {
        guard var box = boxes[call] else { return }
        let told: Told
        switch event {
        case .page(let page):
            told = .page(Page(context: page.context, number: page.number, requestID: page.requestId, body: box.body))
            box.body = Data()
        case .done(let summary):
            told = .done(summary)
        case .failed(let problem):
            told = .failed(problem)
        }
        if let waiter = box.waiter {
            box.waiter = nil
            waiter.resume(returning: told)
        } else {
            box.told.append(told)
        }
        boxes[call] = box
    }

    private func provide(_ id: Int64) async {
        var given: String
        do {
            guard let provider = provider else { return }
            let credentials = try await provider()
            given = answer(["client_id": credentials.id, "client_secret": credentials.secret])
        } catch {
            // Without its text: it could hold a secret.
            given = answer(["failed": String(describing: type(of: error))])
        }
        tell { try session.handleCredentials(id: id, answer: given, mono: $0, wall: $1) }
    }

    private func stored(_ id: Int64, _ answer: String) {
        chores[id] = nil
        tell { try session.handleStore(id: id, answer: answer, mono: $0, wall: $1) }
    }

    private func exchange(
        _ id: Int64, _ call: Int64?, _ request: HttpRequest, _ timeout: Int64, _ maxBody: Int64, _ look: String
    ) async {
        let asked = Request(
            method: request.method(), url: request.url(), headers: request.headers(), body: request.body(),
            maxBody: Int(maxBody))
        do {
            let response = try await within(timeout) { [transport] in try await transport.send(asked) }
            if let call = call { boxes[call]?.body = response.body }
            let (mono, wall) = now
            let session = session
            // Looked at outside the actor: a large body takes its time.
            try await Task.detached {
                try session.handleResponse(
                    id: id, look: look, status: Int32(clamping: response.status), headers: response.headers,
                    body: response.body, mono: mono, wall: wall)
            }.value
            landed(id)
            poll()
        } catch {
            let failure = error as? TransportError ?? TransportError(.cancelled, sent: .maybe)
            let told = answer([
                "sent": failure.sent.rawValue, "cause": failure.reason.rawValue, "detail": failure.detail,
            ])
            landed(id)
            tell { try session.handleFailure(id: id, failure: told, mono: $0, wall: $1) }
        }
    }

    private func landed(_ id: Int64) {
        flying[id] = nil
        errands.remove(id)
    }
}

/// What takes no longer than it may.
private func within<T: Sendable>(_ milliseconds: Int64, _ work: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(nanoseconds: UInt64(max(0, milliseconds)) * 1_000_000)
            throw TransportError(.timeout, sent: .maybe)
        }
        defer { group.cancelAll() }
        return try await group.next()!
    }
}
