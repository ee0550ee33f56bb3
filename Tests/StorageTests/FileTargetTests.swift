import Foundation
import Glibc
import Plans
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Files as storage under test")
struct FileTargetTests {
    @Test(
        "What is put can be got, looked up, replaced by something shorter, and deleted, through the page cache and past it",
        arguments: [0, 1, 4096, 1 << 20, 1_100_001, 9_000_001], ["file", "direct"])
    func wholeLife(size: Int, scheme: String) async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget(isDirect: scheme == "direct")
            let file = folder.appendingPathComponent("object")
            let uri = ObjectURI("\(scheme)://\(file.path)")
            try target.put(uri, size: Int64(size), body: Body())
            let expected = Data((0..<size).map { UInt8(truncatingIfNeeded: $0) })
            #expect(try Data(contentsOf: file) == expected)
            #expect(try target.get(uri) == size)
            #expect(try target.stat(uri) == size)
            for (offset, length) in [(0, 1), (4095, 2), (5000, 100_000), (1 << 20, 3 << 20), (0, 10_000_000)] {
                let range = ByteRange(offset: Int64(offset), length: Int64(length))
                let part = expected.dropFirst(offset).prefix(length)
                #expect(try target.get(uri, range) == part.count)
                var read = Data()
                _ = try target.read(uri, range) { bytes in
                    read.append(contentsOf: bytes)
                    return true
                }
                #expect(read == part)
            }
            try target.put(uri, size: Int64(size / 2), body: Body())
            #expect(try target.get(uri) == size / 2)
            try target.delete(uri)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test("A put makes the directories that are missing and says which")
    func putMakesParents() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            try target.put(ObjectURI("file://\(folder.path)/a/b/object"), size: 3, body: Body())
            #expect(target.takeMadeDirectories() == ["file://\(folder.path)/a", "file://\(folder.path)/a/b"])
            try target.put(ObjectURI("file://\(folder.path)/a/b/other"), size: 3, body: Body())
            #expect(target.takeMadeDirectories() == [])
        }
    }

    @Test("Where the file system has no O_DIRECT it is said before and at the operation, with what works there")
    func directNeedsTheFileSystem() throws {
        let target = FileTarget(isDirect: true)
        let error = #expect(throws: StorageError.self) { try target.get(ObjectURI("direct:///proc/version")) }
        #expect(error?.kind == .unsupported)
        #expect(error.map { "\($0)" }?.contains("no I/O past the page cache (O_DIRECT); file:// works there\n  fix: ") == true)
    }

    @Test("Past the page cache, too, a put makes the directories that are missing, and a check changes nothing")
    func directMakesParents() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget(isDirect: true)
            try target.check(ObjectURI("direct://\(folder.path)/a/"), writing: true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
            try target.put(ObjectURI("direct://\(folder.path)/a/b/object"), size: 5000, body: Body())
            #expect(target.takeMadeDirectories() == ["direct://\(folder.path)/a", "direct://\(folder.path)/a/b"])
            #expect(try target.list(ObjectURI("direct://\(folder.path)/")) { _ in true } == 1)
        }
    }

    @Test("What is not there is not found, by whichever operation")
    func missingIsNotFound() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            let uri = ObjectURI("file://\(folder.path)/none")
            #expect(kind { () throws(StorageError) in _ = try target.get(uri) } == .notFound)
            #expect(kind { () throws(StorageError) in _ = try target.stat(uri) } == .notFound)
            #expect(kind { () throws(StorageError) in try target.delete(uri) } == .notFound)
            #expect(kind { () throws(StorageError) in try target.rmdir(uri, recursive: false) } == .notFound)
            uri.append("/")
            #expect(kind { () throws(StorageError) in _ = try target.list(uri) { _ in true } } == .notFound)
        }
    }

    @Test("Errors have a kind, the name and the kernel's words")
    func errorsAreTyped() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            let uri = ObjectURI("file://\(folder.path)/full/")
            try target.put(ObjectURI("file://\(folder.path)/full/object"), size: 1, body: Body())
            #expect(kind { () throws(StorageError) in try target.rmdir(uri, recursive: false) } == .notEmpty)
            let below = ObjectURI("file://\(folder.path)/full/object/below")
            #expect(kind { () throws(StorageError) in try target.put(below, size: 1, body: Body()) } != nil)
            #expect(kind { () throws(StorageError) in _ = try target.get(ObjectURI("file://\(folder.path)/full")) } == .io)
            #expect(kind { () throws(StorageError) in _ = try target.get(ObjectURI("file://relative")) } == .unsupported)
            #expect(kind { () throws(StorageError) in _ = try Targets.open("gopher://x/") } == .unsupported)
            do {
                _ = try target.get(ObjectURI("file://\(folder.path)/none"))
            } catch {
                #expect("\(error)" == "cannot read file://\(folder.path)/none: No such file or directory")
            }
        }
    }

    @Test("A disk that is full is told from other errors")
    func fullDiskIsNoSpace() {
        let error = kind { () throws(StorageError) in try FileTarget().put(ObjectURI("file:///dev/full"), size: 10, body: Body()) }
        #expect(error == .noSpace)
    }

    /// The kernel gives its attributes a size of 4,096, and reading this one gives nothing.
    private static let empty = ["kmalloc-64", "task_struct", "inode_cache"].map { "/sys/kernel/slab/\($0)/ctor" }
        .first { FileManager.default.isReadableFile(atPath: $0) }

    @Test("A get that reads nothing of an object that has a size is an error", .enabled(if: empty != nil, "no such file here"))
    func zeroBytesAreNoSuccess() {
        let uri = ObjectURI("file://\(Self.empty ?? "")")
        #expect(kind { () throws(StorageError) in _ = try FileTarget().get(uri) } == .integrity)
    }

    @Test("A listing shows what begins with the prefix, at any depth, and ends when it is told to")
    func listingFollowsPrefix() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            for name in ["a1", "a2", "b1", "ab/c/deep", "ab/x"] {
                try target.put(ObjectURI("file://\(folder.path)/\(name)"), size: 1, body: Body())
            }
            #expect(try names(below: "file://\(folder.path)/", target) == ["a1", "a2", "ab/c/deep", "ab/x", "b1"])
            #expect(try names(below: "file://\(folder.path)/a", target) == ["1", "2", "b/c/deep", "b/x"])
            #expect(try names(below: "file://\(folder.path)/ab/c/", target) == ["deep"])
            #expect(try names(below: "file://\(folder.path)/z", target) == [])
            #expect(try target.list(ObjectURI("file://\(folder.path)/")) { _ in false } == 1)
        }
    }

    @Test("Links are listed as objects and never followed, neither by a listing nor by a recursive removal")
    func linksAreNotFollowed() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            try target.put(ObjectURI("file://\(folder.path)/kept/object"), size: 1, body: Body())
            try target.mkdir(ObjectURI("file://\(folder.path)/tree"))
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/tree/link", withDestinationPath: "\(folder.path)/kept")
            #expect(try names(below: "file://\(folder.path)/tree/", target) == ["link"])
            try target.rmdir(ObjectURI("file://\(folder.path)/tree"), recursive: true)
            #expect(FileManager.default.fileExists(atPath: "\(folder.path)/kept/object"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/tree"))
        }
    }

    @Test(
        "What was read with dontneed is no longer in the page cache, and stays there otherwise", .enabled(if: cacheIsSeen, "not on a disk"))
    func pageCache() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("object")
            let uri = ObjectURI("file://\(file.path)")
            try FileTarget().put(uri, size: 1 << 20, body: Body())
            try Self.sync(file)
            for (mode, stays) in [(PageCacheMode.normal, true), (.dontneed, false), (.auto, true), (.sequential, true), (.random, true)] {
                #expect(try FileTarget(pageCache: mode).get(uri) == 1 << 20)
                #expect(Self.isCached(file) == stays, "\(mode)")
            }
        }
    }

    /// Whether a file's first page is in the page cache.
    private static func isCached(_ file: URL) -> Bool {
        let descriptor = open(file.path, O_RDONLY)
        defer { close(descriptor) }
        guard let pages = mmap(nil, 4096, PROT_READ, MAP_SHARED, descriptor, 0), pages != MAP_FAILED else { return false }
        defer { munmap(pages, 4096) }
        var state: UInt8 = 0
        return mincore(pages, 4096, &state) == 0 && state & 1 == 1
    }

    private static func sync(_ file: URL) throws {
        let handle = try FileHandle(forUpdating: file)
        try handle.synchronize()
        try handle.close()
    }

    /// False where temporary files lie in memory, of which nothing can be dropped.
    private static let cacheIsSeen: Bool = {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("muster-cache-\(getpid())")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data(count: 8192).write(to: file)) != nil, (try? sync(file)) != nil, isCached(file) else { return false }
        let descriptor = open(file.path, O_RDONLY)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        close(descriptor)
        return !isCached(file)
    }()

    @Test("A directory is made with those above it, once; a second time it was there")
    func directoriesAreMade() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            let uri = ObjectURI("file://\(folder.path)/x/y/z")
            #expect(try target.mkdir(uri))
            #expect(try target.mkdir(uri) == false)
            #expect(target.takeMadeDirectories() == ["file://\(folder.path)/x", "file://\(folder.path)/x/y"])
            try target.rmdir(uri, recursive: false)
            #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x/y/z"))
        }
    }

    @Test("A check finds what cannot be written without writing anything")
    func checkChangesNothing() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget()
            try target.check(ObjectURI("file://\(folder.path)/to/be/made/"), writing: true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
            try target.put(ObjectURI("file://\(folder.path)/file"), size: 1, body: Body())
            let below = ObjectURI("file://\(folder.path)/file/below/")
            #expect(kind { () throws(StorageError) in try target.check(below, writing: true) } == .notFound)
            let none = ObjectURI("file://\(folder.path)/none/")
            #expect(kind { () throws(StorageError) in try target.check(none, writing: false) } == .notFound)
            try target.check(ObjectURI("file://\(folder.path)/fi"), writing: false)
            #expect((target.availableBytes(ObjectURI("file://\(folder.path)/none/")) ?? 0) > 0)
        }
    }

    private func names(below prefix: String, _ target: FileTarget) throws -> [String] {
        var names: [String] = []
        let count = try target.list(ObjectURI(prefix)) { name in
            names.append(String(decoding: name.dropFirst(prefix.utf8.count), as: UTF8.self))
            return true
        }
        #expect(count == names.count)
        return names.sorted()
    }

    private func kind(_ body: () throws(StorageError) -> Void) -> StorageError.Kind? {
        do throws(StorageError) {
            try body()
            return nil
        } catch {
            return error.kind
        }
    }
}
