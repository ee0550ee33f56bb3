/// What stands in a URI between scheme and object: `bucket`, or `host:port/bucket`.
struct StoreAuthority {
    /// `host:port`; nil where the URI names only the bucket.
    let server: String?
    /// As many parts as were asked for.
    let names: [String]
    /// Bytes before the object's name.
    let prefixCount: Int

    /// `count`: how many parts name what an object is in: 1 a bucket, 2 an account and a container. nil where one is missing.
    init?(_ uri: ObjectURI, names count: Int) {
        guard let start = uri.bytes.firstRange(of: "://".utf8)?.upperBound else { return nil }
        var end = start
        var parts: [String] = []
        var server: String?
        while parts.count < count, end <= uri.count {
            let slash = uri.bytes[end...].firstIndex(of: UInt8(ascii: "/")) ?? uri.count
            let part = String(decoding: uri.bytes[end..<slash], as: UTF8.self)
            if part.isEmpty { return nil }
            if server == nil, parts.isEmpty, part.contains(":") { server = part } else { parts.append(part) }
            end = slash + 1
        }
        guard parts.count == count else { return nil }
        self.server = server
        names = parts
        prefixCount = min(uri.count, end)
    }
}
