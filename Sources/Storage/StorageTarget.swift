/// Storage under test, as one worker reaches it: blocking calls, each one operation.
///
/// A target belongs to one thread; workers have one each. It holds its buffers and uses them again. A new kind of target takes a folder,
/// a line in `Targets`, and its scheme in the manual.
package protocol StorageTarget: AnyObject {
    /// Reads a whole object and returns its size; nothing read of an object that is not empty is an integrity error.
    func get(_ uri: ObjectURI) throws(StorageError) -> Int64

    /// Reads a part of an object, as far as the object reaches, and returns how many bytes that were.
    func get(_ uri: ObjectURI, _ range: ByteRange) throws(StorageError) -> Int64

    /// Reads an object or a part of it and shows the bytes to `visit`, some at a time, until it returns false; returns how many were shown.
    func read(_ uri: ObjectURI, _ range: ByteRange?, _ visit: (UnsafeRawBufferPointer) -> Bool) throws(StorageError) -> Int64

    /// Writes `size` bytes under the name, replacing what was there.
    func put(_ uri: ObjectURI, size: Int64, body: any ObjectBody) throws(StorageError)

    /// The object's size.
    func stat(_ uri: ObjectURI) throws(StorageError) -> Int64

    func delete(_ uri: ObjectURI) throws(StorageError)

    /// Objects that one request may delete; with 1, `delete(together:)` is of no use.
    var deletesAtOnce: Int { get }

    /// Deletes several that lie in one place, by one request; what could not be deleted.
    func delete(together names: [[UInt8]]) throws(StorageError) -> [StorageError]

    /// When the first byte of the last GET came, in monotonic nanoseconds; 0 where that is not known.
    var firstByte: Int64 { get }

    /// Counts the objects whose names begin with the prefix, at any depth, and shows each name to `visit` until it returns false.
    func list(_ prefix: ObjectURI, visit: (UnsafeRawBufferPointer) -> Bool) throws(StorageError) -> Int64

    /// Makes a directory and those above it; false where it was there already.
    @discardableResult
    func mkdir(_ uri: ObjectURI) throws(StorageError) -> Bool

    /// Removes an empty directory or, with `recursive`, one with all that is in it.
    func rmdir(_ uri: ObjectURI, recursive: Bool) throws(StorageError)

    /// Directories that had to be made for an object or directory below them, as URIs, parents first; asked for once, then forgotten.
    func takeMadeDirectories() -> [String]

    /// Whether names below `uri` can be read or, with `writing`, made, without trying it.
    func check(_ uri: ObjectURI, writing: Bool) throws(StorageError)

    /// Bytes that can still be written below `uri`; nil where nobody can say.
    func availableBytes(_ uri: ObjectURI) -> Int64?
}

extension StorageTarget {
    package var deletesAtOnce: Int { 1 }
    package var firstByte: Int64 { 0 }

    package func delete(together names: [[UInt8]]) throws(StorageError) -> [StorageError] {
        let uri = ObjectURI()
        for name in names {
            uri.set(name)
            try delete(uri)
        }
        return []
    }
}

/// Where the bytes of a PUT come from.
package protocol ObjectBody: AnyObject {
    /// The next `count` bytes, at most `bodyChunk`; valid until the next call.
    func next(_ count: Int) -> UnsafeRawBufferPointer
}

/// Bytes that are asked of an `ObjectBody` at once, at most.
package let bodyChunk = 1 << 20
