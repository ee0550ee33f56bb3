import CDigests

/// The 16 bytes of RFC 1321: a checksum that protocols ask for, and no protection.
package func md5(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { digest, count in
        muster_md5(bytes, bytes.count, digest.baseAddress)
        count = 16
    }
}
