/// Storage under test, as one worker reaches it: blocking calls, each one operation.
///
/// A target belongs to one thread; workers have one each. It holds its buffers and uses them again. A new kind of target takes a folder,
/// a line in `Targets`, and its scheme in the manual.
package protocol StorageTarget: AnyObject {
    /// Reads a whole object and returns its size; nothing read of an object that is not empty is an integrity error.
    func get(_ uri: ObjectURI) throws(StorageError) -> Int64

    /// Reads an object and shows its bytes to `visit`, a part at a time, until it returns false; returns how many were shown.
    func read(_ uri: ObjectURI, _ visit: (UnsafeRawBufferPointer) -> Bool) throws(StorageError) -> Int64

    /// Writes `size` bytes under the name, replacing what was there.
    func put(_ uri: ObjectURI, size: Int64, body: any ObjectBody) throws(StorageError)

    /// The object's size.
    func stat(_ uri: ObjectURI) throws(StorageError) -> Int64

    func delete(_ uri: ObjectURI) throws(StorageError)

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

/// Where the bytes of a PUT come from.
package protocol ObjectBody: AnyObject {
    /// The next `count` bytes, at most `bodyChunk`; valid until the next call.
    func next(_ count: Int) -> UnsafeRawBufferPointer
}

/// Bytes that are asked of an `ObjectBody` at once, at most.
package let bodyChunk = 1 << 20
