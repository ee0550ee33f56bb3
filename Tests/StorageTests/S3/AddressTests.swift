import Testing

@testable import Storage

@Suite("Where a bucket is")
struct AddressTests {
    @Test(
        "The server, the path and the object's name follow from URI and environment",
        arguments: [
            // URI, endpoint, addressing style, origin, host, root
            ("s3://bucket/a", "", "", "https://bucket.s3.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com", "/"),
            ("s3://bucket/a", "", "path", "https://s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "/bucket/"),
            ("s3://with.dots/a", "", "", "https://s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "/with.dots/"),
            ("s3://bucket/a", "http://store:9000", "", "http://store:9000", "store:9000", "/bucket/"),
            ("s3://bucket/a", "http://store:9000/", "virtual", "http://bucket.store:9000", "bucket.store:9000", "/"),
            ("s3://bucket/a", "https://store:443", "", "https://store:443", "store", "/bucket/"),
            ("s3://10.0.0.1:9000/bucket/a", "", "", "http://10.0.0.1:9000", "10.0.0.1:9000", "/bucket/"),
            ("s3://10.0.0.1:9000/bucket/a", "https://other", "", "https://10.0.0.1:9000", "10.0.0.1:9000", "/bucket/"),
        ])
    func addresses(uri: String, endpoint: String, style: String, origin: String, host: String, root: String) throws {
        let surroundings = AWSSurroundings(environment: [
            "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-1", "AWS_S3_ADDRESSING_STYLE": style,
        ])
        let name = ObjectURI(uri)
        let address = try #require(S3Address(name.bytes, in: surroundings))
        #expect(address.origin == origin)
        #expect(address.host == host)
        #expect(address.root == root)
        #expect(name.bytes.dropFirst(address.prefixCount).elementsEqual("a".utf8))
    }

    @Test("A URI without a bucket has no address", arguments: ["s3://", "s3:///a", "s3://host:9000", "s3://host:9000/"])
    func noBucket(uri: String) {
        let name = ObjectURI(uri)
        withExtendedLifetime(name) { #expect(S3Address(name.bytes, in: AWSSurroundings(environment: [:])) == nil) }
    }

    @Test("A bucket in another region is looked for there", arguments: ["", "path"])
    func moves(style: String) throws {
        let surroundings = AWSSurroundings(environment: ["AWS_REGION": "eu-west-1", "AWS_S3_ADDRESSING_STYLE": style])
        let name = ObjectURI("s3://bucket/")
        var address = try withExtendedLifetime(name) { try #require(S3Address(name.bytes, in: surroundings)) }
        address.move(to: "us-west-2")
        #expect(address.host.hasSuffix("s3.us-west-2.amazonaws.com"))
        #expect(address.region == "us-west-2")
    }

    @Test("A profile's files are read as Amazon's tools write them")
    func profiles() {
        let text = """
            # a comment
            [default]
            region=us-east-1
            [profile  work]
            region = eu-central-1
            s3 =
                addressing_style = path
                endpoint_url = http://store:9000
            output = json
            ; another
            [other]
            region = nowhere
            """
        let values = AWSProfile.values(of: ["profile work"], in: text)
        #expect(
            values == [
                "region": "eu-central-1", "s3.addressing_style": "path", "s3.endpoint_url": "http://store:9000", "output": "json",
            ])
        #expect(AWSProfile.values(of: ["default"], in: text) == ["region": "us-east-1"])
        #expect(AWSProfile.values(of: ["none"], in: text) == [:])
    }

    @Test("Names are encoded as they are signed: letters, digits, -._~ and slashes stay")
    func encoding() {
        #expect(PercentEncoding.path("a/b c+d%é~_-.*".utf8) == "a/b%20c%2Bd%25%C3%A9~_-.%2A")
        #expect(PercentEncoding.query("a/b=c&d") == "a%2Fb%3Dc%26d")
    }

    @Test("A date of HTTP is read and written")
    func dates() {
        #expect(HTTPDate.nanoseconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777_000_000_000)
        #expect(HTTPDate.text(784_111_777_000_000_000) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.nanoseconds("soon") == nil)
    }
}
