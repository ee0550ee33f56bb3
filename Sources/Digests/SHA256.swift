import CDigests

/// A SHA-256 (FIPS 180-4) of bytes that come in pieces.
package struct SHA256: Sendable {
    private var state = muster_sha256_state()

    package init() { muster_sha256_begin(&state) }

    package mutating func update(_ bytes: [UInt8]) { muster_sha256_add(&state, bytes, bytes.count) }

    /// The 32 bytes; the state itself stays as it is.
    package func digest() -> [UInt8] {
        var last = state
        return [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            muster_sha256_end(&last, digest.baseAddress)
            count = 32
        }
    }

    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }
}
