import Digests
import FoundationEssentials

/// A container image with nothing in it but the agent, as an archive of the kind that both `docker load` and `podman load` read
/// (`docker save`'s: a tar of a config, one layer and a manifest).
///
/// The agent's own bytes are not in here: the host has them in its cache, and puts them between `head` and `tail`.
struct AgentImage: Sendable, Equatable {
    /// Where the agent is in the image.
    static let program = "/usr/local/bin/muster-agent"
    /// The label that holds the agent's SHA-256: by it a host is known to have the image already, and by it `clean` finds it.
    static let label = "muster.bundle"

    let head: [UInt8]
    private let layerEnd: [UInt8]
    private let config: String

    /// Reads and hashes the whole agent: 0.1 s for 24 MB.
    init(agent: [UInt8], sha256: String, architecture: String?) {
        let layerHead =
            ["etc/", "usr/", "usr/local/", "usr/local/bin/"].flatMap { TarMember.folder($0) } + TarMember.folder("tmp/", mode: 0o1777)
            + TarMember.file("etc/passwd", Array("root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n".utf8))
            + TarMember.header(String(Self.program.dropFirst()), size: agent.count, mode: 0o755)
        let layerTail = TarMember.padding(after: agent.count) + TarMember.end
        var hash = SHA256()
        for part in [layerHead, agent, layerTail] { hash.update(part) }
        let layer = hexadecimal(hash.digest())
        let document = Self.config(layer: layer, sha256: sha256, architecture: architecture == "aarch64" ? "arm64" : "amd64")
        config = Deployment.sha256(of: document) + ".json"
        let layerSize = layerHead.count + agent.count + layerTail.count
        head = TarMember.file(config, document) + TarMember.header("layer.tar", size: layerSize, mode: 0o644) + layerHead
        layerEnd = layerTail + TarMember.padding(after: layerSize)
    }

    /// What follows the agent; the image is loaded as `name`.
    func tail(naming name: String) -> [UInt8] {
        let manifest = [Manifest(Config: config, RepoTags: [name], Layers: ["layer.tar"])]
        return layerEnd + TarMember.file("manifest.json", Self.json(manifest)) + TarMember.end
    }

    private static func config(layer: String, sha256: String, architecture: String) -> [UInt8] {
        json(
            Config(
                architecture: architecture, os: "linux", created: "1970-01-01T00:00:00Z",
                config: .init(
                    Entrypoint: [program], Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/"], WorkingDir: "/", Labels: [label: sha256]),
                rootfs: .init(type: "layers", diff_ids: ["sha256:\(layer)"]),
                history: [.init(created: "1970-01-01T00:00:00Z", created_by: "muster")]))
    }

    private static func json(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let document = try? encoder.encode(value) else { preconditionFailure("texts and lists of them can be encoded") }
        return [UInt8](document)
    }

    // The names are the format's.
    private struct Manifest: Encodable {
        let Config: String
        let RepoTags: [String]
        let Layers: [String]
    }

    private struct Config: Encodable {
        struct Execution: Encodable {
            let Entrypoint: [String]
            let Env: [String]
            let WorkingDir: String
            let Labels: [String: String]
        }
        struct Layers: Encodable {
            let type: String
            let diff_ids: [String]
        }
        struct Step: Encodable {
            let created: String
            let created_by: String
        }
        let architecture: String
        let os: String
        let created: String
        let config: Execution
        let rootfs: Layers
        let history: [Step]
    }
}
