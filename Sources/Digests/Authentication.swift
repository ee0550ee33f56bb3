import CDigests

/// HMAC with SHA-256 (RFC 2104): 32 bytes.
package func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
        muster_hmac_sha256(key, key.count, bytes, bytes.count, digest.baseAddress)
        count = 32
    }
}

/// HMAC with SHA-1 (RFC 2104): 20 bytes. Formats that are older than its weakness ask for it, hashed names in known_hosts files.
package func hmacSHA1(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 20) { digest, count in
        muster_hmac_sha1(key, key.count, bytes, bytes.count, digest.baseAddress)
        count = 20
    }
}
