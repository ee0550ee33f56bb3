import Testing
import Vocabulary

@testable import Storage

/// The examples of "Signature Calculations for the Authorization Header" in Amazon's S3 reference and vectors of its signing test suite.
@Suite("Amazon's signature, version 4, as its published examples have it")
struct SignatureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "GET"
        var path = "/"
        var query = ""
        var headers: [(String, String)]
        var payload = SignatureV4.emptyPayload
        var signature: String
    }

    static let bucket = ("host", "examplebucket.s3.amazonaws.com")
    static let date = ("x-amz-date", "20130524T000000Z")
    static let empty = ("x-amz-content-sha256", SignatureV4.emptyPayload)

    static let examples = [
        Example(
            testDescription: "GET of a range", path: "/test.txt", headers: [bucket, ("range", "bytes=0-9"), empty, date],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            testDescription: "PUT", method: "PUT", path: "/test%24file.text",
            headers: [
                ("date", "Fri, 24 May 2013 00:00:00 GMT"), bucket,
                ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"), date,
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Example(
            testDescription: "GET of a bucket's lifecycle", query: "lifecycle=", headers: [bucket, empty, date],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            testDescription: "LIST", query: "max-keys=2&prefix=J", headers: [bucket, empty, date],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test("A request to S3 is signed as in the reference", arguments: examples)
    func reference(example: Example) {
        var signer = SignatureV4()
        let credentials = AWSCredentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: .init("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
        let request = SignatureV4.Request(
            method: example.method, path: example.path, query: example.query, headers: example.headers.map { .init($0.0, $0.1) },
            payload: example.payload)
        let names = example.headers.map(\.0).joined(separator: ";")
        let authorization = signer.authorization(of: request, at: "20130524T000000Z", region: "us-east-1", by: credentials)
        #expect(
            authorization
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=\(names), "
                + "Signature=\(example.signature)")
    }

    @Test(
        "The signing test suite's requests have its signatures, whatever was signed before by the same signer",
        arguments: [
            ("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("Param1=value1&Param2=value2", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        ])
    func suite(query: String, signature: String) {
        var signer = SignatureV4(service: "service")
        let credentials = AWSCredentials(accessKey: "AKIDEXAMPLE", secretKey: .init("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
        let request = SignatureV4.Request(
            method: "GET", path: "/", query: query,
            headers: [.init("host", "example.amazonaws.com"), .init("x-amz-date", "20150830T123600Z")], payload: SignatureV4.emptyPayload)
        _ = signer.authorization(of: request, at: "20150831T123600Z", region: "us-east-1", by: credentials)
        _ = signer.authorization(of: request, at: "20150830T123600Z", region: "eu-west-1", by: credentials)
        let authorization = signer.authorization(of: request, at: "20150830T123600Z", region: "us-east-1", by: credentials)
        #expect(authorization.hasSuffix("Signature=\(signature)"))
    }

    @Test("The time of a signature is UTC")
    func stamps() {
        #expect(SignatureV4.stamp(0) == "19700101T000000Z")
        #expect(SignatureV4.stamp(1_369_353_600_999_999_999) == "20130524T000000Z")
    }
}
