import CDigests

/// HMAC with SHA-256 (RFC 2104): 32 bytes.
package func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
        muster_hmac_sha256(key, key.count, bytes, bytes.count, digest.baseAddress)
        count = 32
    }
}
