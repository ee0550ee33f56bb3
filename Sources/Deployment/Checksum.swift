import Digests

/// The SHA-256 of a file's bytes as 64 hexadecimal digits.
func sha256(of bytes: [UInt8]) -> String { hexadecimal(SHA256.digest(of: bytes)) }
