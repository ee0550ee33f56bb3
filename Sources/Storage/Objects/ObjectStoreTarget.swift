import Vocabulary

/// Objects of a flat store, by whichever service: each operation within a deadline, its failures told as the object's.
///
/// There are no directories: mkdir and rmdir are refused.
package final class ObjectStoreTarget: StorageTarget {
    /// Names in one page of a listing.
    var pageLimit = 1000
    let service: any ObjectService
    private let timeout: Duration
    private let discard = HTTPDiscard()

    /// `timeout`: for one operation, however many requests it takes.
    init(_ service: any ObjectService, timeout: Duration = Targets.operationTimeout) {
        self.service = service
        self.timeout = timeout
    }

    package func get(_ uri: ObjectURI) throws(StorageError) -> Int64 {
        discard.begin()
        return try perform(.get, uri) { key, deadline throws(HTTPFailure) in try service.get(key, nil, into: discard, until: deadline) }
    }

    package func get(_ uri: ObjectURI, _ range: ByteRange) throws(StorageError) -> Int64 {
        discard.begin()
        return try perform(.get, uri) { key, deadline throws(HTTPFailure) in try service.get(key, range, into: discard, until: deadline) }
    }

    package func read(
        _ uri: ObjectURI, _ range: ByteRange?, _ visit: (UnsafeRawBufferPointer) -> Bool
    ) throws(StorageError) -> Int64 {
        let outcome = withoutActuallyEscaping(visit) { visit in
            Result { () throws(StorageError) in
                try perform(.get, uri) { key, deadline throws(HTTPFailure) in
                    discard.begin()
                    return try service.get(key, range, into: HTTPVisitor(visit, discard), until: deadline)
                }
            }
        }
        return try outcome.get()
    }

    package func put(_ uri: ObjectURI, size: Int64, body: any ObjectBody) throws(StorageError) {
        try perform(.put, uri) { key, deadline throws(HTTPFailure) in
            try service.put(key, size: size, body: body, until: deadline)
        }
    }

    package func stat(_ uri: ObjectURI) throws(StorageError) -> Int64 {
        try perform(.stat, uri) { key, deadline throws(HTTPFailure) in try service.stat(key, until: deadline) }
    }

    package func delete(_ uri: ObjectURI) throws(StorageError) {
        try perform(.delete, uri) { key, deadline throws(HTTPFailure) in try service.delete(key, until: deadline) }
    }

    package var deletesAtOnce: Int { service.deletesAtOnce }

    package func delete(together names: [[UInt8]]) throws(StorageError) -> [StorageError] {
        guard let first = names.first else { return [] }
        let uri = ObjectURI()
        uri.set(first)
        return try perform(.delete, uri) { key, deadline throws(HTTPFailure) in
            let prefix = uri.count - key.count
            let failures = try service.delete(names.map { Array($0.dropFirst(prefix)) }, until: deadline)
            return failures.map { place, failure in
                StorageError(failure.kind, .delete, uri: String(decoding: names[place], as: UTF8.self), why: failure.why)
            }
        }
    }

    package var firstByte: Int64 { discard.firstByte }

    package func list(_ prefix: ObjectURI, visit: (UnsafeRawBufferPointer) -> Bool) throws(StorageError) -> Int64 {
        try perform(.list, prefix) { key, deadline throws(HTTPFailure) in
            let name = ObjectURI()
            let before = Array(prefix.bytes.dropLast(key.count))
            var count: Int64 = 0
            var page = ObjectPage()
            repeat {
                page = try service.page(of: key, after: page.continuation, limit: pageLimit, until: deadline)
                let goesOn = page.visitNames { key in
                    name.set(before)
                    name.append(bytes: key)
                    count += 1
                    return visit(name.bytes)
                }
                if !goesOn { break }
            } while page.continuation != nil
            return count
        }
    }

    package func mkdir(_ uri: ObjectURI) throws(StorageError) -> Bool { throw withoutDirectories(.mkdir, uri) }

    package func rmdir(_ uri: ObjectURI, recursive: Bool) throws(StorageError) { throw withoutDirectories(.rmdir, uri) }

    package func takeMadeDirectories() -> [String] { [] }

    package func availableBytes(_ uri: ObjectURI) -> Int64? { nil }

    /// Lists one object. Who may not list may still be allowed to write.
    package func check(_ uri: ObjectURI, writing: Bool) throws(StorageError) {
        try perform(writing ? .put : .list, uri) { key, deadline throws(HTTPFailure) in
            do throws(HTTPFailure) {
                _ = try service.page(of: key, after: nil, limit: 1, until: deadline)
            } catch {
                if !writing || !error.isOfRights { throw error }
            }
        }
    }

    private func perform<Outcome>(
        _ kind: OperationKind, _ uri: ObjectURI, _ body: (_ key: [UInt8], _ deadline: Moment) throws(HTTPFailure) -> Outcome
    ) throws(StorageError) -> Outcome {
        do throws(HTTPFailure) {
            let prefix = try service.address(uri)
            return try body(Array(uri.bytes.dropFirst(prefix)), SystemClock.now + timeout)
        } catch {
            throw StorageError(error.kind, kind, uri: uri.text, why: error.why, retryAfter: error.retryAfter)
        }
    }

    private func withoutDirectories(_ kind: OperationKind, _ uri: ObjectURI) -> StorageError {
        StorageError(.unsupported, kind, uri: uri.text, why: "an object store has no directories")
    }
}

/// Shows the body of a successful response to whoever wants it.
final class HTTPVisitor: HTTPReceiver {
    private let visit: (UnsafeRawBufferPointer) -> Bool
    private let clock: HTTPDiscard

    /// `clock`: is shown the bytes too, to know when the first came.
    init(_ visit: @escaping (UnsafeRawBufferPointer) -> Bool, _ clock: HTTPDiscard) {
        self.visit = visit
        self.clock = clock
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        _ = clock.receive(bytes)
        return visit(bytes)
    }
}
