import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Storage

@Suite("Google Cloud Storage")
struct GoogleTests {
    @Test("What is put can be got, looked up, listed in pages and deleted, on an emulator")
    func wholeLife() async throws {
        try await StoreServer.with(.gcs) { server async throws in
            let client = HTTPClient()
            let make = HTTPRequest(
                .post, server.endpoint + "/storage/v1/b", headers: [.init("content-type", "application/json")],
                body: .bytes(Array(#"{"name":"bucket"}"#.utf8)))
            #expect(try client.perform(make, until: SystemClock.now + .seconds(30)).isSuccess)
            let surroundings = GoogleSurroundings(environment: ["STORAGE_EMULATOR_HOST": "127.0.0.1:\(server.port)"])
            let target = ObjectStoreTarget(GoogleService(surroundings: surroundings))
            target.pageLimit = 2
            let all = ["a b+c", "d?e&f", "g/h/i", "é"].map { "gs://bucket/run/" + $0 }
            for name in all {
                for size in [70_000, 0, 3000] as [Int64] {
                    try target.put(ObjectURI(name), size: size, body: Body())
                    #expect(try target.get(ObjectURI(name)) == size)
                    #expect(try target.stat(ObjectURI(name)) == size)
                    if size > 0 { try expectParts(target, ObjectURI(name), size: size) }
                }
            }
            #expect(try Set(names(target, "gs://bucket/run/")) == Set(all))
            for name in all { try target.delete(ObjectURI(name)) }
            #expect(try names(target, "gs://bucket/run/") == [])
            #expect(failure { () throws(StorageError) in _ = try target.get(ObjectURI(all[0])) }?.kind == .notFound)
            #expect(failure { () throws(StorageError) in try target.check(ObjectURI("gs://none/a/"), writing: true) }?.kind == .notFound)
        }
    }

    @Test("A service account's statement is signed with its key, as openssl signs it, and exchanged for a token once")
    func serviceAccount() async throws {
        try await withTemporaryFolder { folder in
            let key = folder.appendingPathComponent("key.pem").path
            try await run("/usr/bin/openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
            let pem = try String(contentsOfFile: key, encoding: .utf8)
            try await ScriptedServer.with({ request in
                if request.path == "/token" { return .reply(200, body: #"{"access_token":"the-token","expires_in":3600}"#) }
                return request.headers["authorization"] == "Bearer the-token" ? .reply(200, body: "body") : .reply(401)
            }) { server async throws in
                let document = try JSONSerialization.data(withJSONObject: [
                    "type": "service_account", "client_email": "me@example.com", "private_key": pem, "private_key_id": "7",
                    "token_uri": server.endpoint + "/token",
                ])
                let text = String(decoding: document, as: UTF8.self)
                let (token, _) = try GoogleCredentials(environment: ["GOOGLE_CREDENTIALS": text]).token()
                #expect(token.revealed == "the-token")
                let form = String(decoding: try #require(server.requests.first).body, as: UTF8.self)
                let assertion = try #require(form.firstMatch(of: /assertion=(?<text>.*)$/)).output.text
                try await check(String(assertion), key: key, in: folder)
            }
        }
    }

    private func check(_ assertion: String, key: String, in folder: URL) async throws {
        let parts = assertion.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        #expect(String(decoding: decode(parts[0]), as: UTF8.self) == #"{"alg":"RS256","kid":"7","typ":"JWT"}"#)
        let claims = try #require(try JSONSerialization.jsonObject(with: decode(parts[1])) as? [String: Any])
        #expect(claims["iss"] as? String == "me@example.com")
        #expect(claims["scope"] as? String == GoogleCredentials.scope)
        let signed = folder.appendingPathComponent("signed").path
        try Data((parts[0] + "." + parts[1]).utf8).write(to: URL(filePath: signed))
        try await run("/usr/bin/openssl", "dgst", "-sha256", "-sign", key, "-out", signed + ".signature", signed)
        #expect(try Data(contentsOf: URL(filePath: signed + ".signature")) == decode(parts[2]))
    }

    private func decode(_ text: String) -> Data {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)) ?? Data()
    }

    @Test("The metadata server is asked where there is no document; without either the error says what was looked for")
    func metadata() async throws {
        try await ScriptedServer.with({ request in
            request.headers["metadata-flavor"] == "Google" ? .reply(200, body: #"{"access_token":"t","expires_in":60}"#) : .reply(403)
        }) { server async throws in
            let host = "127.0.0.1:\(server.port)"
            #expect(try GoogleCredentials(environment: ["GCE_METADATA_HOST": host]).token().0.revealed == "t")
        }
        try await ScriptedServer.with({ _ in .reply(404) }) { server async throws in
            let credentials = GoogleCredentials(environment: ["GCE_METADATA_HOST": "127.0.0.1:\(server.port)"])
            #expect {
                _ = try credentials.token()
            } throws: { error in (error as? HTTPFailure)?.why.contains("GOOGLE_APPLICATION_CREDENTIALS") == true }
        }
    }
}
