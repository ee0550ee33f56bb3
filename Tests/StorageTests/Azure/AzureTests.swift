import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Storage

@Suite("Azure's Blob Storage")
struct AzureTests {
    /// The account that every emulator of Azure knows.
    static let account = "devstoreaccount1"
    static let key = Secret("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")

    @Test(
        "Requests are signed as Azure's own library for Python (12.31.1) signs them",
        arguments: [
            ("GET", "/container/a%20folder/b%2Bc", "", 0, "msLLI2aLCJel8Kj9uweoQYauZNbGg8S2+qVMiiKyJtk="),
            ("PUT", "/container/blob", "", 11, "JqmmwROwUSvam4/ssRD6Ry2yvzWbo8UMh4UelUsohDA="),
            (
                "GET", "/container", "comp=list&maxresults=5&prefix=run/&restype=container", 0,
                "gp23siRdMmWV1Q25cnfMPt2Tph0TxD6L+Vbbzt5BQw4="
            ),
            ("DELETE", "/devstoreaccount1/container/blob", "", 0, "vd/NoJwJ4B8Q7XelTTFSx0TWwLEBm+sQVduO6L23GS0="),
        ])
    func signatures(method: String, path: String, query: String, length: Int64, signature: String) throws {
        let signer = try #require(AzureSignature(account: Self.account, key: Self.key))
        var headers: [HTTPRequest.Header] = [
            .init("x-ms-version", "2021-08-06"), .init("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"),
        ]
        if method == "PUT" { headers.append(.init("x-ms-blob-type", "BlockBlob")) }
        let pairs = query.split(separator: "&").map { $0.split(separator: "=").map(String.init) }.map { ($0[0], $0[1]) }
        let authorization = signer.authorization(method, path: path, query: pairs, headers: headers, length: length)
        #expect(authorization == "SharedKey devstoreaccount1:\(signature)")
    }

    @Test(
        "What is put can be got, looked up, listed in pages and deleted, by key and by shared access signature", arguments: [true, false])
    func wholeLife(byKey: Bool) async throws {
        let server = AzureServer(account: Self.account, key: Self.key, sas: byKey ? nil : "sv=2021&sig=a%2Bb")
        try await ScriptedServer.with(server.answer) { door throws in
            var environment = ["AZURE_STORAGE_BLOB_ENDPOINT": "\(door.endpoint)/\(Self.account)"]
            if byKey {
                environment["AZURE_STORAGE_KEY"] = Self.key.revealed
            } else {
                environment["AZURE_STORAGE_SAS_TOKEN"] = "?sv=2021&sig=a%2Bb"
            }
            let target = ObjectStoreTarget(AzureService(surroundings: AzureSurroundings(environment: environment)))
            target.pageLimit = 2
            let base = "az://\(Self.account)/container/run/"
            let all = ["a b+c", "d?e&f", "é", "g/h"].map { base + $0 }
            for name in all {
                try target.put(ObjectURI(name), size: 3000, body: Body())
                #expect(try target.get(ObjectURI(name)) == 3000)
                #expect(try target.stat(ObjectURI(name)) == 3000)
                try expectParts(target, ObjectURI(name), size: 3000)
            }
            #expect(try names(target, base) == all.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
            for name in all { try target.delete(ObjectURI(name)) }
            #expect(try names(target, base) == [])
            #expect(failure { () throws(StorageError) in _ = try target.stat(ObjectURI(all[0])) }?.kind == .notFound)
            let error = failure { () throws(StorageError) in _ = try target.get(ObjectURI(all[0])) }
            #expect(error?.why.contains("BlobNotFound: none") == true)
            #expect(failure { () throws(StorageError) in try target.check(ObjectURI(base), writing: true) } == nil)
        }
    }

    @Test("Large blobs are put in blocks, whose list makes the blob")
    func blocks() async throws {
        let server = AzureServer(account: Self.account, key: Self.key, sas: nil)
        try await ScriptedServer.with(server.answer) { door throws in
            let environment = [
                "AZURE_STORAGE_CONNECTION_STRING":
                    "DefaultEndpointsProtocol=http;AccountName=\(Self.account);AccountKey=\(Self.key.revealed);"
                    + "BlobEndpoint=\(door.endpoint)/\(Self.account);"
            ]
            let target = ObjectStoreTarget(AzureService(surroundings: AzureSurroundings(environment: environment)))
            let uri = ObjectURI("az://\(Self.account)/container/large")
            try target.put(uri, size: AzureService.blocksFrom + 5, body: Body())
            #expect(try target.stat(uri) == AzureService.blocksFrom + 5)
            #expect(door.requests.filter { $0.path.contains("comp=block&") || $0.path.hasSuffix("comp=block") }.count == 5)
        }
    }

    @Test("A wrong key is refused, and neither key nor signature stands in the error")
    func wrongKey() async throws {
        let server = AzureServer(account: Self.account, key: Self.key, sas: nil)
        try await ScriptedServer.with(server.answer) { door throws in
            let wrong = "d3Jvbmcga2V5"
            let environment = ["AZURE_STORAGE_BLOB_ENDPOINT": "\(door.endpoint)/\(Self.account)", "AZURE_STORAGE_KEY": wrong]
            let target = ObjectStoreTarget(AzureService(surroundings: AzureSurroundings(environment: environment)))
            let error = failure { () throws(StorageError) in _ = try target.get(ObjectURI("az://\(Self.account)/container/a")) }
            #expect(error?.kind == .permission)
            #expect(error.map { "\($0)".contains(wrong) || "\($0)".contains("SharedKey") } == false)
        }
    }

    @Test("A machine's managed identity is asked for a token, once, where there is neither key nor signature", arguments: [true, false])
    func managedIdentity(isAppService: Bool) async throws {
        try await ScriptedServer.with({ request in
            let wanted = isAppService ? "/msi/token?api-version=2019-08-01&" : "/metadata/identity/oauth2/token?api-version=2018-02-01&"
            let proof = isAppService ? request.headers["x-identity-header"] == "proof" : request.headers["metadata"] == "true"
            if request.path == wanted + "resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=mine", proof {
                let end = isAppService ? #""expires_on":"4102444800""# : #""expires_in":"86399""#
                return .reply(200, body: #"{"access_token":"the-token",\#(end)}"#)
            }
            return request.headers["authorization"] == "Bearer the-token" ? .reply(200, body: "body") : .reply(401)
        }) { server throws in
            var environment = ["AZURE_STORAGE_BLOB_ENDPOINT": server.endpoint, "AZURE_CLIENT_ID": "mine"]
            if isAppService {
                (environment["IDENTITY_ENDPOINT"], environment["IDENTITY_HEADER"]) = (server.endpoint + "/msi/token", "proof")
            } else {
                environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = server.endpoint
            }
            let surroundings = AzureSurroundings(environment: environment)
            for _ in 0..<2 {
                #expect(try ObjectStoreTarget(AzureService(surroundings: surroundings)).get(ObjectURI("az://account/container/a")) == 4)
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test("Without credentials anywhere the error says where they were looked for, and a server that the URI names gets no token")
    func noCredentials() async throws {
        let environment = ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:\(try freePort())"]
        let none = ObjectStoreTarget(AzureService(surroundings: AzureSurroundings(environment: environment)))
        for uri in ["az://account/container/a", "az://127.0.0.1:1/account/container/a"] {
            let error = failure { () throws(StorageError) in _ = try none.get(ObjectURI(uri)) }
            #expect(error?.kind == .permission)
            #expect(error?.why.contains("AZURE_STORAGE_KEY") == true)
        }
    }
}

/// The names under a prefix.
func names(_ target: any StorageTarget, _ prefix: String) throws -> [String] {
    var names: [String] = []
    _ = try target.list(ObjectURI(prefix)) {
        names.append(String(decoding: $0, as: UTF8.self))
        return true
    }
    return names
}
