import Vocabulary

/// An object store's protocol: what requests an operation on one object takes. Objects' names are flat.
///
/// Belongs to one thread. `address` is called before each operation and is remembered by the service.
protocol ObjectService: AnyObject {
    /// Sizes from which `put` uses several requests are the service's own business.
    func put(_ key: [UInt8], size: Int64, body: any ObjectBody, until deadline: Moment) throws(HTTPFailure)

    /// The bytes of the object, or of a part of it, go to `receiver`; returns how many there were.
    func get(_ key: [UInt8], _ range: ByteRange?, into receiver: any HTTPReceiver, until deadline: Moment) throws(HTTPFailure) -> Int64

    /// The object's size.
    func stat(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) -> Int64

    func delete(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure)

    /// Objects that one request may delete.
    var deletesAtOnce: Int { get }

    /// Deletes several by one request; what could not be deleted, by its place among the keys.
    func delete(_ keys: [[UInt8]], until deadline: Moment) throws(HTTPFailure) -> [(place: Int, failure: HTTPFailure)]

    /// At most `limit` names that begin with `prefix`, from where `continuation` of the page before says.
    func page(of prefix: [UInt8], after continuation: String?, limit: Int, until deadline: Moment) throws(HTTPFailure) -> ObjectPage

    /// Turns to the bucket that the URI is in; returns the count of its bytes before the object's name.
    func address(_ uri: ObjectURI) throws(HTTPFailure) -> Int
}

extension ObjectService {
    var deletesAtOnce: Int { 1 }

    func delete(_ keys: [[UInt8]], until deadline: Moment) throws(HTTPFailure) -> [(place: Int, failure: HTTPFailure)] {
        for key in keys { try delete(key, until: deadline) }
        return []
    }
}

/// One page of a listing.
struct ObjectPage {
    /// Where the next page begins; nil at the last one.
    var continuation: String?
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    mutating func add(_ name: some Collection<UInt8>) {
        bytes += name
        ends.append(bytes.count)
    }

    /// Shows each name, valid until `visit` returns, until it returns false; whether it never did.
    func visitNames(_ visit: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for end in ends {
                guard visit(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else { return false }
                start = end
            }
            return true
        }
    }
}
