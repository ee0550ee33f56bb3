import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Storage

@Suite("S3 as storage under test, on real servers", .serialized)
struct S3TargetTests {
    static let kinds: [StoreServer.Kind] = [.rclone, .moto, .rcloneTLS]

    @Test("What is put can be got, looked up, listed, replaced and deleted, whatever its name", arguments: kinds)
    func wholeLife(kind: StoreServer.Kind) async throws {
        try await withTarget(kind) { target, session in
            for name in ["object", "a folder/b+c%20d?e&f=g", "é/ü.dat", "x/-._~!'(),;=@"] {
                let uri = ObjectURI("s3://bucket/run/\(name)")
                for size in [1_100_001, 0, 1, 5000] as [Int64] {
                    try target.put(uri, size: size, body: Body())
                    #expect(try target.get(uri) == size)
                    #expect(try target.stat(uri) == size)
                    if size > 0 { try expectParts(target, uri, size: size) }
                }
                #expect(try names(target, "s3://bucket/run/") == ["s3://bucket/run/\(name)"])
                try target.delete(uri)
                #expect(try names(target, "s3://bucket/run/") == [])
            }
        }
    }

    @Test(
        "The bytes that arrive are the bytes that were put, in one piece and in parts", arguments: [3 << 20, S3Service.multipartFrom + 1])
    func contents(size: Int64) async throws {
        try await withTarget(.rclone) { target, session in
            let uri = ObjectURI("s3://bucket/object")
            try target.put(uri, size: size, body: Body())
            let received = Received()
            _ = try session.send(.init(.get, key: Array("object".utf8)), until: SystemClock.now + .seconds(60), receiver: received)
            #expect(received.count == size)
            #expect(received.isRight)
        }
    }

    @Test("Large objects are put in parts", arguments: [StoreServer.Kind.moto])
    func parts(kind: StoreServer.Kind) async throws {
        try await withTarget(kind) { target, session in
            let uri = ObjectURI("s3://bucket/large")
            try target.put(uri, size: S3Service.multipartFrom, body: Body())
            let response = try session.send(.init(.head, key: Array("large".utf8)), until: SystemClock.now + .seconds(60))
            #expect(response.header("etag")?.contains("-4") == true)
            #expect(try target.stat(uri) == S3Service.multipartFrom)
        }
    }

    @Test("A listing goes through all its pages, and stops where it is told to", arguments: [StoreServer.Kind.rclone, .moto])
    func pages(kind: StoreServer.Kind) async throws {
        try await withTarget(kind) { target, session in
            let uri = ObjectURI()
            for number in 0..<7 {
                uri.set(Array("s3://bucket/many/".utf8))
                uri.append(decimal: UInt64(number))
                try target.put(uri, size: 1, body: Body())
            }
            target.pageLimit = 3
            #expect(try names(target, "s3://bucket/many/").sorted() == (0..<7).map { "s3://bucket/many/\($0)" })
            #expect(try target.list(ObjectURI("s3://bucket/many/")) { _ in false } == 1)
            #expect(try target.list(ObjectURI("s3://bucket/none/")) { _ in true } == 0)
        }
    }

    @Test("Several objects are deleted by one request, whatever their names, those that are not there too", arguments: kinds)
    func together(kind: StoreServer.Kind) async throws {
        try await withTarget(kind) { target, session in
            let all = ["object", "a folder/b+c%20d?e&f=g", "é/ü.dat", "x/<&>'.dat"].map { "s3://bucket/run/\($0)" }
            for name in all + ["s3://bucket/run/other"] { try target.put(ObjectURI(name), size: 10, body: Body()) }
            #expect(target.deletesAtOnce == 1000)
            #expect(try target.delete(together: (all + ["s3://bucket/run/none"]).map { Array($0.utf8) }) == [])
            #expect(try names(target, "s3://bucket/run/") == ["s3://bucket/run/other"])
        }
    }

    @Test("What is not there is not found, and a missing bucket is told before the run", arguments: kinds)
    func missing(kind: StoreServer.Kind) async throws {
        try await withTarget(kind) { target, session in
            let uri = ObjectURI("s3://bucket/none")
            #expect(failure { () throws(StorageError) in _ = try target.get(uri) }?.kind == .notFound)
            #expect(failure { () throws(StorageError) in _ = try target.stat(uri) }?.kind == .notFound)
            let elsewhere = ObjectURI("s3://another-bucket/a/")
            #expect(failure { () throws(StorageError) in try target.check(elsewhere, writing: true) }?.kind == .notFound)
            #expect(failure { () throws(StorageError) in try target.check(ObjectURI("s3://bucket/a/"), writing: true) } == nil)
            #expect(failure { () throws(StorageError) in _ = try target.mkdir(ObjectURI("s3://bucket/a/")) }?.kind == .unsupported)
        }
    }

    @Test("A wrong secret is refused, and the secret stands in no error")
    func wrongSecret() async throws {
        try await StoreServer.with(.rclone, buckets: ["bucket"]) { server in
            var environment = Self.environment(server)
            environment["AWS_SECRET_ACCESS_KEY"] = "not-the-secret"
            let target = ObjectStoreTarget(S3Service(surroundings: AWSSurroundings(environment: environment)))
            let error = failure { () throws(StorageError) in _ = try target.get(ObjectURI("s3://bucket/a")) }
            #expect(error?.kind == .permission)
            #expect(error?.why.contains("SignatureDoesNotMatch") == true)
            #expect(error.map { "\($0)".contains("not-the-secret") } == false)
        }
    }

    @Test("A server whose authority nobody has named is not believed")
    func unknownAuthority() async throws {
        try await StoreServer.with(.rcloneTLS, buckets: ["bucket"]) { server in
            let target = ObjectStoreTarget(S3Service(surroundings: AWSSurroundings(environment: Self.environment(server))))
            let error = failure { () throws(StorageError) in _ = try target.stat(ObjectURI("s3://bucket/a")) }
            #expect(error?.kind == .network)
            #expect(error?.why.contains("AWS_CA_BUNDLE") == true)
        }
    }

    // MARK: -

    private static func environment(_ server: StoreServer) -> [String: String] {
        [
            "AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": StoreServer.accessKey,
            "AWS_SECRET_ACCESS_KEY": StoreServer.secretKey, "AWS_REGION": "us-east-1",
        ]
    }

    private func withTarget(_ kind: StoreServer.Kind, _ body: (ObjectStoreTarget, S3Session) throws -> Void) async throws {
        try await StoreServer.with(kind, buckets: ["bucket"]) { server in
            let client = HTTPClient(authorities: kind == .rcloneTLS ? server.authority : nil)
            let service = S3Service(surroundings: AWSSurroundings(environment: Self.environment(server)), client: client)
            if kind == .moto {
                _ = try service.address(ObjectURI("s3://bucket/"))
                _ = try service.session.send(.init(.put), until: SystemClock.now + .seconds(60))
            }
            try body(ObjectStoreTarget(service), service.session)
        }
    }
}

/// Checks what `Body` has sent.
private final class Received: HTTPReceiver {
    private(set) var count: Int64 = 0
    private(set) var isRight = true

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for (place, byte) in bytes.enumerated() where byte != UInt8(truncatingIfNeeded: Int(count) + place) { isRight = false }
        count += Int64(bytes.count)
        return true
    }
}

/// The error of an operation; nil where it has none.
func failure(_ operation: () throws(StorageError) -> Void) -> StorageError? {
    do throws(StorageError) {
        try operation()
        return nil
    } catch {
        return error
    }
}
