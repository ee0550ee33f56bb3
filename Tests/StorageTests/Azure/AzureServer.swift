import Foundation
import Synchronization
import TestKit
import Vocabulary

@testable import Storage

/// A small and strict server of Azure's protocol: what is not as the reference has it is refused.
final class AzureServer: Sendable {
    private struct State {
        var blobs: [String: Int] = [:]
        var blocks: [String: Int] = [:]
    }

    private let account: String
    private let key: Secret
    private let sas: String?
    private let state = Mutex(State())

    init(account: String, key: Secret, sas: String?) {
        self.account = account
        self.key = key
        self.sas = sas
    }

    var answer: @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer { { self.respond(to: $0) } }

    private func respond(to request: ScriptedServer.Request) -> ScriptedServer.Answer {
        let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
        let words = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        var query: [String: String] = [:]
        for word in words {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            query[pair[0]] = pair[1].removingPercentEncoding
        }
        guard request.headers["x-ms-version"] == "2021-08-06" else { return refuse(400, "MissingRequiredHeader") }
        guard isAuthorized(request, parts[0], words, query) else { return refuse(403, "AuthenticationFailed") }
        let root = "/\(account)/container"
        guard parts[0] == root || parts[0].hasPrefix(root + "/") else { return refuse(404, "ContainerNotFound") }
        let name = parts[0].dropFirst(root.count + 1).removingPercentEncoding ?? ""
        return state.withLock { state in
            switch (request.method, query["comp"]) {
            case ("GET", "list") where query["restype"] == "container": list(query, state.blobs)
            case ("PUT", nil) where request.headers["x-ms-blob-type"] == "BlockBlob": store(name, request.body.count, &state)
            case ("PUT", "block"): storeBlock(query["blockid"], request.body.count, &state)
            case ("PUT", "blocklist"): join(name, String(decoding: request.body, as: UTF8.self), &state)
            case ("GET", nil): state.blobs[name].map { get($0, request.headers["x-ms-range"]) } ?? refuse(404, "BlobNotFound")
            case ("HEAD", nil):
                state.blobs[name].map { .reply(200, headers: ["Content-Length": "\($0)"]) } ?? refuse(404, "BlobNotFound")
            case ("DELETE", nil): state.blobs.removeValue(forKey: name) == nil ? refuse(404, "BlobNotFound") : .reply(202)
            default: refuse(400, "UnsupportedQueryParameter")
            }
        }
    }

    /// A blob of that size, whose bytes count up.
    private func get(_ size: Int, _ range: String?) -> ScriptedServer.Answer {
        let bytes = { (places: Range<Int>) in String(decoding: places.map { UInt8(truncatingIfNeeded: $0) & 0x7f }, as: UTF8.self) }
        guard let range else { return .reply(200, body: bytes(0..<size)) }
        let ends = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
        guard range.hasPrefix("bytes="), ends.count == 2, ends[0] < size else { return refuse(416, "InvalidRange") }
        return .reply(206, body: bytes(ends[0]..<min(size, ends[1] + 1)))
    }

    private func isAuthorized(_ request: ScriptedServer.Request, _ path: String, _ words: [String], _ query: [String: String]) -> Bool {
        if let sas { return sas.split(separator: "&").allSatisfy { words.contains(String($0)) } && request.headers["authorization"] == nil }
        let length = Int64(request.headers["content-length"] ?? "0") ?? 0
        let headers = request.headers.map { HTTPRequest.Header($0.key, $0.value) }
        let expected = AzureSignature(account: account, key: key)?
            .authorization(request.method, path: path, query: query.map { ($0.key, $0.value) }, headers: headers, length: length)
        return request.headers["authorization"] == expected
    }

    private func list(_ query: [String: String], _ blobs: [String: Int]) -> ScriptedServer.Answer {
        let start = query["marker"] ?? ""
        let all = blobs.keys.filter { $0.hasPrefix(query["prefix"] ?? "") }
            .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.drop {
                Array($0.utf8).lexicographicallyPrecedes(Array(start.utf8))
            }
        let page = all.prefix(Int(query["maxresults"] ?? "") ?? 5000)
        let entries = page.map { "<Blob><Name>\($0.replacingOccurrences(of: "&", with: "&amp;"))</Name><Properties/></Blob>" }.joined()
        let next = all.dropFirst(page.count).first.map { $0.replacingOccurrences(of: "&", with: "&amp;") } ?? ""
        return .reply(
            200,
            body:
                "<?xml version=\"1.0\"?><EnumerationResults><Blobs>\(entries)</Blobs><NextMarker>\(next)</NextMarker></EnumerationResults>")
    }

    private func store(_ name: String, _ size: Int, _ state: inout State) -> ScriptedServer.Answer {
        state.blobs[name] = size
        return .reply(201)
    }

    private func storeBlock(_ id: String?, _ size: Int, _ state: inout State) -> ScriptedServer.Answer {
        guard let id, Data(base64Encoded: id) != nil else { return refuse(400, "InvalidQueryParameterValue") }
        state.blocks[id] = size
        return .reply(201)
    }

    private func join(_ name: String, _ document: String, _ state: inout State) -> ScriptedServer.Answer {
        var size = 0
        for match in document.matches(of: /<Latest>(?<id>[^<]*)<\/Latest>/) {
            guard let part = state.blocks[String(match.output.id)] else { return refuse(400, "InvalidBlockList") }
            size += part
        }
        return store(name, size, &state)
    }

    private func refuse(_ status: Int, _ code: String) -> ScriptedServer.Answer {
        .reply(
            status, headers: ["x-ms-error-code": code],
            body: "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>none\nRequestId:1</Message></Error>")
    }
}
