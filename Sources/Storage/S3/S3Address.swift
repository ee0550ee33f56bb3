import Vocabulary

/// A bucket and the server that has it, as `s3://bucket/…` or `s3://host:port/bucket/…` names them.
struct S3Address: Equatable {
    let bucket: String
    /// `https://s3.eu-central-1.amazonaws.com`, with the bucket in front of the host where it stands there.
    private(set) var origin: String
    /// As the Host header has it.
    private(set) var host: String
    /// What stands before an object's name: `/`, or `/bucket/`.
    private(set) var root: String
    /// Bytes of the URI before the object's name.
    let prefixCount: Int
    /// Amazon's own server: with the region in its name.
    private let isAmazon: Bool
    private(set) var region: String

    /// nil where the URI names no bucket.
    init?(_ uri: UnsafeRawBufferPointer, in surroundings: AWSSurroundings) {
        let scheme = "s3://".utf8.count
        guard uri.count > scheme else { return nil }
        var parts = uri[scheme...].split(separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)[...]
        var given: String?
        if let first = parts.first, first.contains(UInt8(ascii: ":")) {
            given = Self.protocolName(of: surroundings) + String(decoding: first, as: UTF8.self)
            parts = parts.dropFirst()
        }
        guard let name = parts.first, !name.isEmpty else { return nil }
        bucket = String(decoding: name, as: UTF8.self)
        prefixCount = min(uri.count, name.endIndex + 1)
        region = surroundings.region(of: bucket)
        let endpoint = given ?? surroundings.endpoint
        isAmazon = endpoint == nil
        origin = Self.trimmed(endpoint ?? Self.amazon(region))
        (host, root) = ("", "/")
        let usesPath = surroundings.usesPath ?? (endpoint != nil || !Self.isHostName(bucket))
        if usesPath {
            root = "/\(PercentEncoding.query(bucket))/"
        } else if let slashes = origin.firstRange(of: "://") {
            origin.insert(contentsOf: "\(bucket).", at: slashes.upperBound)
        }
        host = Self.host(of: origin)
    }

    /// Goes to another region, where the server is Amazon's.
    mutating func move(to region: String) {
        if isAmazon, let range = origin.firstRange(of: "s3.\(self.region).") {
            origin.replaceSubrange(range, with: "s3.\(region).")
            host = Self.host(of: origin)
        }
        self.region = region
    }

    private static func amazon(_ region: String) -> String {
        "https://s3.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
    }

    /// An address in the URI has the protocol of the endpoint in the environment, else plain HTTP.
    private static func protocolName(of surroundings: AWSSurroundings) -> String {
        surroundings.endpoint?.lowercased().hasPrefix("https://") == true ? "https://" : "http://"
    }

    private static func trimmed(_ endpoint: String) -> String {
        let whole = endpoint.contains("://") ? endpoint : "https://" + endpoint
        return whole.hasSuffix("/") ? String(whole.dropLast()) : whole
    }

    /// Without the port that the protocol implies, as libcurl sends it.
    private static func host(of origin: String) -> String {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count >= 2 else { return origin }
        let standard = parts[0].lowercased() == "https:" ? ":443" : ":80"
        return String(parts[1].hasSuffix(standard) ? parts[1].dropLast(standard.count) : parts[1])
    }

    /// Whether it can stand before a host with a certificate for `*.host`: no capitals, no dots.
    private static func isHostName(_ bucket: String) -> Bool {
        bucket.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "-") }
    }
}
