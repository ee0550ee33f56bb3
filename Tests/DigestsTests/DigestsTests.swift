import Digests
import Testing

@Suite struct DigestsTests {
    /// FIPS 180-4's examples, and a million times `a`.
    @Test(arguments: [
        ("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func knownDigests(text: String, times: Int, digest: String) {
        #expect(hexadecimal(SHA256.digest(of: Array(String(repeating: text, count: times).utf8))) == digest)
    }

    /// RFC 1321 §A.5.
    @Test(arguments: [("", "d41d8cd98f00b204e9800998ecf8427e"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0")])
    func knownMD5(text: String, digest: String) { #expect(hexadecimal(md5(Array(text.utf8))) == digest) }

    @Test("Bytes in pieces have the digest of the whole, and a copy goes its own way")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var hash = SHA256()
        hash.update(Array(bytes[..<333]))
        let first = hash
        hash.update(Array(bytes[333...]))
        #expect(hash.digest() == SHA256.digest(of: bytes))
        #expect(hash.digest() == hash.digest())
        #expect(first.digest() == SHA256.digest(of: Array(bytes[..<333])))
    }

    /// RFC 2202, cases 2 and 6.
    @Test func knownAuthenticationBySHA1() {
        #expect(
            hexadecimal(hmacSHA1(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
                == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        let text = "Test Using Larger Than Block-Size Key - Hash Key First"
        #expect(
            hexadecimal(hmacSHA1(key: [UInt8](repeating: 0xaa, count: 80), Array(text.utf8))) == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
    }

    /// RFC 4231, test cases 2 and 6: a key longer than a block.
    @Test func knownAuthentication() {
        #expect(
            hexadecimal(hmacSHA256(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            hexadecimal(
                hmacSHA256(
                    key: [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
