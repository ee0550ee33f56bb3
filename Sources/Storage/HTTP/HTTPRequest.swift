import Vocabulary

/// One request to an object store.
struct HTTPRequest {
    enum Method: String, Sendable { case get = "GET", put = "PUT", head = "HEAD", delete = "DELETE", post = "POST" }

    struct Header {
        /// In small letters.
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    enum Body {
        case none
        case bytes([UInt8])
        /// The next `size` bytes of an object.
        case object(any ObjectBody, size: Int64)
    }

    var method: Method
    /// Absolute and encoded.
    var url: String
    var headers: [Header] = []
    var body: Body = .none

    init(_ method: Method, _ url: String, headers: [Header] = [], body: Body = .none) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What came back.
struct HTTPResponse {
    var status: Int
    /// Bytes of its body.
    var received: Int64
    /// As the server announced it; nil where it did not.
    var announced: Int64?
    /// The body where no receiver was given, or the status is not one of success; its first 1 MiB.
    var body: [UInt8]
    private var head: [UInt8]

    init(status: Int, received: Int64, announced: Int64?, body: [UInt8], head: [UInt8]) {
        self.status = status
        self.received = received
        self.announced = announced
        self.body = body
        self.head = head
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The value of a header, whose name is given in small letters.
    func header(_ name: String) -> String? {
        for line in head.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.distance(from: line.startIndex, to: colon) == name.utf8.count
            else { continue }
            guard zip(line[..<colon], name.utf8).allSatisfy({ $0 | ($0 >= 65 && $0 <= 90 ? 32 : 0) == $1 }) else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            return String(decoding: value.last == UInt8(ascii: "\r") ? value.dropLast() : value, as: UTF8.self)
        }
        return nil
    }

    /// What Retry-After asks for in seconds; a date is not read.
    var retryAfter: Duration? { header("retry-after").flatMap { Int64($0) }.map { .seconds(min(max($0, 0), 3600)) } }
}

/// Takes the body of a successful response as it comes.
protocol HTTPReceiver: AnyObject {
    /// False ends the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool
}

/// Throws bytes away, and knows when the first came.
final class HTTPDiscard: HTTPReceiver {
    /// In monotonic nanoseconds; 0: none came yet.
    private(set) var firstByte: Int64 = 0

    func begin() { firstByte = 0 }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if firstByte == 0 { firstByte = SystemClock.now.nanoseconds }
        return true
    }
}

/// Why there was no whole response.
struct HTTPFailure: Error {
    var kind: StorageError.Kind
    var why: String
    var retryAfter: Duration?
    /// The request was understood and signed right: the account may do other things.
    var isOfRights = false

    init(kind: StorageError.Kind, why: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.why = why
        self.retryAfter = retryAfter
    }
}
