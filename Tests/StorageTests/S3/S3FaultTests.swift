import Digests
import Foundation
import TestKit
import Testing

@testable import Storage

@Suite("What servers do wrong, each classified and survived")
struct S3FaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var answer: ScriptedServer.Answer
        var kind: StorageError.Kind
        /// In the error's words.
        var says: String
    }

    static let faults = [
        Fault(
            testDescription: "half a body", answer: .last("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"), kind: .network,
            says: "in the middle of the answer"),
        Fault(
            testDescription: "half a chunk", answer: .last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly this"),
            kind: .network, says: ""),
        Fault(
            testDescription: "a length that is none", answer: .last("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nbody"), kind: .server,
            says: "no HTTP"),
        Fault(
            testDescription: "503 with Retry-After",
            answer: .reply(503, headers: ["Retry-After": "7"], body: "<Error><Code>SlowDown</Code><Message>Less</Message></Error>"),
            kind: .throttled, says: "SlowDown: Less"),
        Fault(testDescription: "429 without a body", answer: .reply(429), kind: .throttled, says: "429"),
        Fault(testDescription: "500", answer: .reply(500, body: "<html>oops</html>"), kind: .server, says: "500"),
        Fault(
            testDescription: "403",
            answer: .reply(403, body: "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>No</Message></Error>"),
            kind: .permission, says: "AccessDenied: No"),
        Fault(testDescription: "404", answer: .reply(404), kind: .notFound, says: "404"),
        Fault(testDescription: "a reset", answer: .reset, kind: .network, says: ""),
        Fault(testDescription: "an end without an answer", answer: .last(""), kind: .network, says: ""),
        Fault(testDescription: "garbage", answer: .last("\u{1}\u{2}garbage that is no HTTP\r\n\r\n"), kind: .server, says: "no HTTP"),
        Fault(testDescription: "silence", answer: .silence, kind: .timeout, says: "no whole answer in"),
    ]

    @Test("GET", arguments: faults)
    func get(fault: Fault) async throws {
        let answers = Answers(fault.answer)
        try await ScriptedServer.with(answers.next) { server throws in
            let target = Self.target(server.endpoint, timeout: fault.kind == .timeout ? .milliseconds(400) : .seconds(60))
            let error = failure { () throws(StorageError) in _ = try target.get(ObjectURI("s3://bucket/a")) }
            #expect(error?.kind == fault.kind, "\(error.map { "\($0)" } ?? "no error")")
            #expect(fault.says.isEmpty || error?.why.contains(fault.says) == true, "\(error.map { "\($0)" } ?? "no error")")
            if fault.testDescription.contains("Retry-After") { #expect(error?.retryAfter == .seconds(7)) }
            // The next operation is not touched by it.
            #expect(try target.get(ObjectURI("s3://bucket/a")) == 4)
        }
    }

    @Test("Who answers a request for a part with the whole object gives it wrong; whole is right where the part is all")
    func ignoredRange() async throws {
        try await ScriptedServer.with({ _ in .reply(200, body: "whole") }) { server throws in
            let target = Self.target(server.endpoint)
            let error = failure { () throws(StorageError) in
                _ = try target.get(ObjectURI("s3://bucket/a"), ByteRange(offset: 1, length: 2))
            }
            #expect(error?.kind == .integrity)
            #expect(error?.why.contains("200 and 5 bytes") == true)
            #expect(try target.get(ObjectURI("s3://bucket/a"), ByteRange(offset: 0, length: 9)) == 5)
            #expect(server.requests.first?.headers["range"] == "bytes=1-2")
        }
    }

    @Test("PUT", arguments: faults.filter { !$0.testDescription.contains("half") })
    func put(fault: Fault) async throws {
        let answers = Answers(fault.answer)
        try await ScriptedServer.with(answers.next) { server throws in
            let target = Self.target(server.endpoint, timeout: fault.kind == .timeout ? .milliseconds(400) : .seconds(60))
            let error = failure { () throws(StorageError) in
                try target.put(ObjectURI("s3://bucket/a"), size: 300_000, body: Body())
            }
            #expect(error?.kind == fault.kind, "\(error.map { "\($0)" } ?? "no error")")
            #expect(failure { () throws(StorageError) in try target.put(ObjectURI("s3://bucket/a"), size: 3, body: Body()) } == nil)
        }
    }

    @Test("A server that speaks no TLS where TLS is wanted, and one that nobody is behind")
    func noTLS() async throws {
        try await ScriptedServer.with({ _ in .last("\u{15}\u{3}garbage instead of TLS") }) { server throws in
            let target = Self.target("https://127.0.0.1:\(server.port)")
            let error = failure { () throws(StorageError) in _ = try target.get(ObjectURI("s3://bucket/a")) }
            #expect(error?.kind == .network)
        }
        let target = Self.target("http://127.0.0.1:\(try freePort())")
        #expect(failure { () throws(StorageError) in _ = try target.get(ObjectURI("s3://bucket/a")) }?.kind == .network)
        let nowhere = Self.target("http://nobody.invalid")
        #expect(failure { () throws(StorageError) in _ = try nowhere.get(ObjectURI("s3://bucket/a")) }?.kind == .network)
    }

    @Test(
        "A listing that is no XML, or ends within it, is the server's error", arguments: ["<ListBucketResult><Contents>", "nonsense", ""])
    func brokenListing(body: String) async throws {
        try await ScriptedServer.with({ _ in .reply(200, body: body) }) { server throws in
            let target = Self.target(server.endpoint)
            let error = failure { () throws(StorageError) in _ = try target.list(ObjectURI("s3://bucket/")) { _ in true } }
            #expect(error?.kind == .server)
        }
    }

    @Test("A bucket's region is learned from the server's refusal, for every later request")
    func region() async throws {
        try await ScriptedServer.with({ request in
            request.headers["authorization"]?.contains("/eu-north-1/s3/") == true
                ? .reply(200, body: "body") : .reply(301, headers: ["x-amz-bucket-region": "eu-north-1"])
        }) { server throws in
            let surroundings = AWSSurroundings(environment: Self.environment(server.endpoint))
            #expect(try ObjectStoreTarget(S3Service(surroundings: surroundings)).get(ObjectURI("s3://bucket/a")) == 4)
            #expect(try ObjectStoreTarget(S3Service(surroundings: surroundings)).get(ObjectURI("s3://bucket/a")) == 4)
            #expect(server.requests.count == 3)
        }
    }

    @Test("A host whose clock is wrong signs with the server's time once it was told so")
    func clock() async throws {
        try await ScriptedServer.with({ request in
            request.headers["x-amz-date"]?.hasPrefix("20400101T") == true
                ? .reply(200, body: "body")
                : .reply(
                    403, headers: ["Date": "Sun, 01 Jan 2040 12:00:00 GMT"],
                    body: "<Error><Code>RequestTimeTooSkewed</Code><Message>wrong</Message></Error>")
        }) { server throws in
            let size = try Self.target(server.endpoint).get(ObjectURI("s3://bucket/a"))
            #expect(size == 4)
        }
    }

    @Test("An upload in parts that breaks is taken back")
    func abandonedParts() async throws {
        try await ScriptedServer.with({ request in
            if request.method == "POST" { return .reply(200, body: "<R><UploadId>number 5</UploadId></R>") }
            if request.path.contains("partNumber=2") { return .reply(500) }
            return .reply(200, headers: ["ETag": "\"x\""])
        }) { server throws in
            let error = failure { () throws(StorageError) in
                try Self.target(server.endpoint).put(ObjectURI("s3://bucket/a"), size: S3Service.multipartFrom, body: Body())
            }
            #expect(error?.kind == .server)
            let last = try #require(server.requests.last)
            #expect(last.method == "DELETE")
            #expect(last.path == "/bucket/a?uploadId=number%205")
        }
    }

    @Test(
        "Of several that are deleted at once each that was not is told of, with its class; the request has the checksum that servers ask for"
    )
    func deletedTogether() async throws {
        let answer = """
            <DeleteResult><Error><Key>b&amp;c</Key><Code>AccessDenied</Code><Message>No</Message></Error>
            <Deleted><Key>a</Key></Deleted><Error><Code>SlowDown</Code><Key>d</Key></Error></DeleteResult>
            """
        try await ScriptedServer.with({ _ in .reply(200, body: answer) }) { server throws in
            let names = ["a", "b&c", "d"].map { Array("s3://bucket/\($0)".utf8) }
            let failures = try Self.target(server.endpoint).delete(together: names)
            #expect(failures.map(\.kind) == [.permission, .throttled])
            #expect(failures.map(\.uri) == ["s3://bucket/b&c", "s3://bucket/d"])
            let request = try #require(server.requests.first)
            #expect(request.method == "POST" && request.path == "/bucket/?delete=")
            #expect(request.headers["content-md5"] == Data(md5(request.body)).base64EncodedString())
            #expect(String(decoding: request.body, as: UTF8.self).contains("<Key>b&amp;c</Key>"))
        }
    }

    @Test("An instance's role is asked for with a session token, once, and its session token is sent")
    func instanceRole() async throws {
        let secret = #"{"AccessKeyId":"ASIAROLE","SecretAccessKey":"s","Token":"the-token","Expiration":"2099-01-01T00:00:00Z"}"#
        try await ScriptedServer.with({ request in
            switch (request.method, request.path) {
            case ("PUT", "/latest/api/token"): .reply(200, body: "proof")
            case ("GET", "/latest/meta-data/iam/security-credentials/"): .reply(200, body: "role\n")
            case ("GET", "/latest/meta-data/iam/security-credentials/role"):
                request.headers["x-aws-ec2-metadata-token"] == "proof" ? .reply(200, body: secret) : .reply(401)
            default: request.headers["x-amz-security-token"] == "the-token" ? .reply(200, body: "body") : .reply(403)
            }
        }) { server throws in
            let surroundings = AWSSurroundings(environment: [
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.endpoint, "AWS_ENDPOINT_URL": server.endpoint,
            ])
            for _ in 0..<2 { #expect(try ObjectStoreTarget(S3Service(surroundings: surroundings)).get(ObjectURI("s3://bucket/a")) == 4) }
            #expect(server.requests.count == 5)
        }
    }

    @Test("Without credentials anywhere the error says where they were looked for, within the metadata service's second")
    func noCredentials() async throws {
        try await ScriptedServer.with({ _ in .silence }) { server throws in
            let surroundings = AWSSurroundings(environment: [
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.endpoint, "AWS_ENDPOINT_URL": server.endpoint,
            ])
            for _ in 0..<3 {
                let error = failure { () throws(StorageError) in
                    _ = try ObjectStoreTarget(S3Service(surroundings: surroundings)).get(ObjectURI("s3://bucket/a"))
                }
                #expect(error?.kind == .permission)
                #expect(error?.why.contains("AWS_ACCESS_KEY_ID") == true)
            }
            #expect(server.requests.count == 1)
        }
    }

    private static func environment(_ endpoint: String) -> [String: String] {
        ["AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"]
    }

    private static func target(_ endpoint: String, timeout: Duration = .seconds(60)) -> ObjectStoreTarget {
        ObjectStoreTarget(S3Service(surroundings: AWSSurroundings(environment: environment(endpoint))), timeout: timeout)
    }
}
