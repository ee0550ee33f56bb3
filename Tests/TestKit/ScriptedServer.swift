import CLinux
import Foundation
import Glibc
import Synchronization

/// A server on 127.0.0.1 that reads requests as HTTP has them and answers with whatever bytes a test wants, right or wrong.
package final class ScriptedServer: Sendable {
    package struct Request: Sendable {
        package var method: String
        /// With the query.
        package var path: String
        /// Names in small letters.
        package var headers: [String: String]
        package var body: [UInt8]
    }

    package enum Answer: Sendable {
        /// A whole response; its length is told.
        case reply(Int, headers: [String: String] = [:], body: String = "")
        /// These bytes, and the connection goes on.
        case bytes(String)
        /// These bytes and the connection's end.
        case last(String)
        /// The connection is torn down, as by a crashed host.
        case reset
        /// Nothing ever.
        case silence
    }

    package let port: Int
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let seen = Mutex<[Request]>([])
    private let open = Mutex<[Int32]>([])

    package var endpoint: String { "http://127.0.0.1:\(port)" }
    package var requests: [Request] { seen.withLock { $0 } }

    private init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try boundPort(listener)
        guard listen(listener, 64) == 0 else { throw CommandFailed(command: ["listen"], status: errno) }
    }

    package static func with<T>(
        _ answer: @escaping @Sendable (Request) -> Answer, _ body: (ScriptedServer) async throws -> T
    ) async throws -> T {
        let server = try ScriptedServer(answer)
        Thread.detachNewThread { server.accept() }
        defer { server.stop() }
        return try await body(server)
    }

    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        open.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            open.withLock { $0.append(connection) }
            Thread.detachNewThread { self.serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer {
            open.withLock { $0.removeAll { $0 == connection } }
            close(connection)
        }
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            seen.withLock { $0.append(request) }
            switch answer(request) {
            case .reply(let status, let headers, let body):
                let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
                let length =
                    request.method == "HEAD" && headers.keys.contains("Content-Length") ? "" : "Content-Length: \(body.utf8.count)\r\n"
                send("HTTP/1.1 \(status) Scripted\r\n\(lines)\(length)\r\n\(request.method == "HEAD" ? "" : body)", connection)
            case .bytes(let text): send(text, connection)
            case .last(let text):
                send(text, connection)
                return
            case .reset:
                var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
                return
            case .silence:
                var byte: UInt8 = 0
                while Glibc.read(connection, &byte, 1) > 0 {}
                return
            }
        }
    }

    private func send(_ text: String, _ connection: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// The next request; nil where the connection ends, or what comes is none (as with TLS): that is answered as a request without anything.
    private func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        while true {
            if let first = buffer.first, !(65...90).contains(first) {
                buffer = []
                return Request(method: "", path: "", headers: [:], body: [])
            }
            if let request = parse(&buffer) { return request }
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            let count = Glibc.read(connection, &chunk, chunk.count)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    private func parse(_ buffer: inout [UInt8]) -> Request? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard buffer.count >= end.upperBound + length else { return nil }
        let words = lines[0].split(separator: " ").map(String.init)
        let body = Array(buffer[end.upperBound..<end.upperBound + length])
        buffer.removeFirst(end.upperBound + length)
        return Request(method: words[0], path: words.count > 1 ? words[1] : "", headers: headers, body: body)
    }
}
