import CDigests

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2) by an unencrypted private key in PEM; nil where that holds no RSA key.
package func rsaSHA256(pem: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
    var signature = [UInt8](repeating: 0, count: 1024)
    let count = muster_rsa_sha256(pem, pem.count, bytes, bytes.count, &signature, signature.count)
    return count == 0 ? nil : Array(signature[..<count])
}
