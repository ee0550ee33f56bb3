import CLinux
import Foundation
import Glibc

/// An object store's server of a test's own on 127.0.0.1, whose programs `scripts/install stores` has put in a folder of their own.
package final class StoreServer: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// `rclone serve s3`: checks signatures.
        case rclone
        /// The same within TLS, with a certificate of a throw-away authority.
        case rcloneTLS = "rclone within TLS"
        /// moto's S3: another's reading of the protocol; takes any secret.
        case moto
        /// fake-gcs-server.
        case gcs
    }

    package let kind: Kind
    package let port: Int
    /// `http://127.0.0.1:port`, of `rcloneTLS` `https://localhost:port`.
    package var endpoint: String { kind == .rcloneTLS ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)" }
    /// Which the authority is, of `rcloneTLS`.
    package let authority: String
    private let process: ProcessHandle

    package static let accessKey = "AKIATESTTESTTESTTEST"
    package static let secretKey = "a/secret+of/the+tests"

    /// The folder's buckets: `rclone` serves each folder in it as one.
    private init(_ kind: Kind, in folder: URL, buckets: [String]) async throws {
        self.kind = kind
        port = try freePort()
        authority = folder.appendingPathComponent("authority.pem").path
        let data = folder.appendingPathComponent("buckets")
        for bucket in buckets {
            try FileManager.default.createDirectory(at: data.appendingPathComponent(bucket), withIntermediateDirectories: true)
        }
        if kind == .rcloneTLS { try await Self.makeCertificate(in: folder) }
        let (program, arguments) = Self.command(kind, port: port, data: data.path, folder: folder.path)
        process = try ProcessHandle("\(Self.programs)/\(program)", arguments)
    }

    private static var programs: String {
        let variables = ProcessInfo.processInfo.environment
        return (variables["MUSTER_STORES"] ?? "\(variables["HOME"] ?? "")/.cache/muster-tests/stores") + "/bin"
    }

    private static func command(_ kind: Kind, port: Int, data: String, folder: String) -> (String, [String]) {
        let serve = [
            "serve", "s3", "--addr", "127.0.0.1:\(port)", "--auth-key", "\(accessKey),\(secretKey)", "--vfs-cache-mode", "off", "--config",
            "/dev/null",
        ]
        switch kind {
        case .rclone: return ("rclone", serve + [data])
        case .rcloneTLS: return ("rclone", serve + ["--cert", "\(folder)/server.pem", "--key", "\(folder)/server.key", data])
        case .moto: return ("moto_server", ["-H", "127.0.0.1", "-p", "\(port)"])
        case .gcs:
            let address = "127.0.0.1:\(port)"
            return (
                "fake-gcs-server",
                [
                    "-scheme", "http", "-host", "127.0.0.1", "-port", "\(port)", "-backend", "memory", "-public-host", address,
                    "-external-url", "http://\(address)",
                ]
            )
        }
    }

    /// A certificate for `localhost` of an authority that nobody else believes.
    private static func makeCertificate(in folder: URL) async throws {
        let file = { (name: String) in folder.appendingPathComponent(name).path }
        try Data("subjectAltName=DNS:localhost,IP:127.0.0.1\n".utf8).write(to: folder.appendingPathComponent("names"))
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try await run(
            [
                "/usr/bin/openssl", "req", "-x509", "-days", "2", "-subj", "/CN=tests", "-out", file("authority.pem"), "-keyout",
                file("ca.key"),
            ]
                + key)
        try await run(
            ["/usr/bin/openssl", "req", "-subj", "/CN=localhost", "-out", file("server.csr"), "-keyout", file("server.key")] + key)
        try await run([
            "/usr/bin/openssl", "x509", "-req", "-days", "2", "-in", file("server.csr"), "-CA", file("authority.pem"), "-CAkey",
            file("ca.key"), "-CAcreateserial", "-extfile", file("names"), "-out", file("server.pem"),
        ])
    }

    /// Starts one, waits until it answers, and ends it with the body.
    package static func with<T>(_ kind: Kind, buckets: [String] = [], _ body: (StoreServer) async throws -> T) async throws -> T {
        try await withTemporaryFolder("store") { folder in
            let server = try await StoreServer(kind, in: folder, buckets: buckets)
            defer {
                kill(server.process.pid, SIGKILL)
                server.process.wait()
            }
            try await eventually("\(kind.rawValue) to listen", within: .seconds(60)) {
                guard server.process.isRunning else { throw CommandFailed(command: [kind.rawValue], status: 1) }
                return canConnect(toPort: server.port)
            }
            return try await body(server)
        }
    }
}

/// Whether somebody listens on 127.0.0.1.
package func canConnect(toPort port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
