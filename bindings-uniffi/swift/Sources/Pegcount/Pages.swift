import Foundation
import PegcountCore

/// The pages of a report, pulled one by one: nothing is sent before they are iterated, no page is fetched before the
/// one at hand is done with, and whoever leaves the loop, or whose task is cancelled, cancels the request.
///
/// Each iteration asks anew. It throws a `PegcountError` if the report ends early.
public struct Pages: AsyncSequence, Sendable {
    public typealias Element = Page
    public typealias AsyncIterator = AsyncThrowingStream<Page, Error>.Iterator

    let client: Client
    let report: Result<String, Error>
    let options: Result<String, Error>

    public func makeAsyncIterator() -> AsyncIterator {
        stream().makeAsyncIterator()
    }

    /// The pages as a stream.
    public func stream() -> AsyncThrowingStream<Page, Error> {
        let call = Call(pages: self)
        return AsyncThrowingStream { try await call.next() }
    }

    /// All pages as tables, one of each name, or those named only.
    public func read(_ tables: [String]? = nil) async throws -> Tables {
        let report = try report.get()
        let reading = try mapped { try Reading(report: report, names: tables) }
        for try await page in self {
            try mapped { try reading.add(context: page.context, body: page.body) }
        }
        // A stream whose task is cancelled may end as if nothing were left.
        try Task.checkCancellation()
        return Tables(try mapped { try reading.tables() })
    }
}

/// A report under way. It holds its client, and gives up what was not read when nobody holds it any more.
private final class Call: @unchecked Sendable {
    private let pages: Pages
    private var id: Int64?
    private var ended = false

    init(pages: Pages) {
        self.pages = pages
    }

    /// The next page, or nil after the last one. A stream asks for one at a time.
    func next() async throws -> Page? {
        if ended { return nil }
        do {
            let pump = pages.client.pump
            if id == nil {
                id = try await pump.start(report: pages.report.get(), options: pages.options.get())
            }
            switch try await pump.next(id!) {
            case .page(let page):
                return page
            case .done:
                ended = true
                return nil
            case .failed(let problem):
                throw PegcountError(problem)
            }
        } catch {
            ended = true
            throw error
        }
    }

    deinit {
        guard let id = id, !ended else { return }
        let pump = pages.client.pump
        Task { await pump.cancel(id) }
    }
}

/// One answer of the server: its bytes, and the tables in it.
public struct Page: Sendable {
    let context: String
    /// 1 for the first page.
    public let number: Int64
    /// The id to give to Genesys support.
    public let requestID: String?
    /// The answer as it came.
    public let body: Data

    /// The rows of this page: all tables, or those named, which costs less.
    public func tables(_ names: [String]? = nil) throws -> Tables {
        Tables(try mapped { try decode(context: context, body: body, names: names) })
    }

    /// One table of this page.
    public func table(_ name: String) throws -> Table {
        try tables([name])[name]
    }
}
