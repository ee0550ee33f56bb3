/// The two digests that known_hosts files and fingerprints need, of small inputs (FIPS 180-4); nothing secret goes through here.
enum Digest {
    static func sha256(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        forEachBlock(of: message) { words in
            var w = words
            for t in 16..<64 {
                let a = w[t - 15]
                let b = w[t - 2]
                let s0 = right(a, 7) ^ right(a, 18) ^ (a >> 3)
                let s1 = right(b, 17) ^ right(b, 19) ^ (b >> 10)
                w.append(w[t - 16] &+ s0 &+ w[t - 7] &+ s1)
            }
            var h = state
            for t in 0..<64 {
                let s1 = right(h[4], 6) ^ right(h[4], 11) ^ right(h[4], 25)
                let first = h[7] &+ s1 &+ ((h[4] & h[5]) ^ (~h[4] & h[6])) &+ sha256Constants[t] &+ w[t]
                let s0 = right(h[0], 2) ^ right(h[0], 13) ^ right(h[0], 22)
                let second = s0 &+ ((h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]))
                h = [first &+ second, h[0], h[1], h[2], h[3] &+ first, h[4], h[5], h[6]]
            }
            for i in 0..<8 { state[i] &+= h[i] }
        }
        return bytes(of: state)
    }

    static func sha1(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        forEachBlock(of: message) { words in
            var w = words
            for t in 16..<80 { w.append(left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1)) }
            var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
            for t in 0..<80 {
                let (f, k): (UInt32, UInt32) =
                    switch t {
                    case ..<20: ((b & c) | (~b & d), 0x5a82_7999)
                    case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
                    case ..<60: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                    default: (b ^ c ^ d, 0xca62_c1d6)
                    }
                (a, b, c, d, e) = (left(a, 5) &+ f &+ e &+ k &+ w[t], a, left(b, 30), c, d)
            }
            for (i, value) in [a, b, c, d, e].enumerated() { state[i] &+= value }
        }
        return bytes(of: state)
    }

    /// RFC 2104 over SHA-1: how a hashed host name stands in a known_hosts file.
    static func hmacSHA1(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let short = key.count > 64 ? sha1(key) : key
        let padded = short + [UInt8](repeating: 0, count: 64 - short.count)
        return sha1(padded.map { $0 ^ 0x5c } + sha1(padded.map { $0 ^ 0x36 } + message))
    }

    /// Sixteen big-endian words at a time of the padded message.
    private static func forEachBlock(of message: [UInt8], _ body: ([UInt32]) -> Void) {
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        padded += withUnsafeBytes(of: UInt64(message.count * 8).bigEndian, Array.init)
        for start in stride(from: 0, to: padded.count, by: 64) {
            body(
                (0..<16).map { word in
                    (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(padded[start + word * 4 + $1]) }
                })
        }
    }

    private static func bytes(of words: [UInt32]) -> [UInt8] { words.flatMap { word in withUnsafeBytes(of: word.bigEndian, Array.init) } }
    private static func left(_ x: UInt32, _ n: UInt32) -> UInt32 { x << n | x >> (32 - n) }
    private static func right(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

    /// FIPS 180-4 §4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes.
    private static let sha256Constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
