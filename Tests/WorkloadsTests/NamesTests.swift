import Plans
import Storage
import Testing
import Vocabulary

@testable import Workloads

@Suite("Names of objects")
struct NamesTests {
    @Test(
        "A star stands for anything, a trailing slash for one level",
        arguments: [
            ("file:///t/*", "file:///t/a", true), ("file:///t/*", "file:///t/a/b", true), ("file:///t/*.dat", "file:///t/a.dat", true),
            ("file:///t/*.dat", "file:///t/a.bin", false), ("file:///t/a*b*c", "file:///t/aXbXbc", true),
            ("file:///t/a*b*c", "file:///t/aXcXb", false), ("file:///t/", "file:///t/a", true), ("file:///t/", "file:///t/a/b", false),
            ("file:///t/*/", "file:///t/x/b", true), ("file:///t/a", "file:///t/a", true), ("file:///t/a", "file:///t/ab", false),
            ("file:///t/**", "file:///t/", true),
        ])
    func globs(pattern: String, name: String, matches: Bool) {
        #expect(Glob(pattern).matches(Array(name.utf8)) == matches)
    }

    @Test("Fresh names are all different, and the same for the same seed")
    func freshNames() {
        let uri = ObjectURI()
        var seen: Set<String> = []
        for seed in 0..<20 as Range<UInt64> {
            for counter in 0..<500 as Range<UInt64> {
                FreshNames(uri: "file:///t/", seed: seed).write(counter, to: uri)
                seen.insert(uri.text)
            }
        }
        #expect(seen.count == 10_000)
        FreshNames(uri: "file:///t/x-{}/y", seed: 3).write(5, to: uri)
        let first = uri.text
        #expect(first.hasPrefix("file:///t/x-") && first.hasSuffix("/y"))
        FreshNames(uri: "file:///t/x-{}/y", seed: 3).write(5, to: uri)
        #expect(uri.text == first)
    }

    @Test("A pattern of planned objects resolves to all of them without a listing")
    func patternsResolve() throws {
        let none = FileTarget()
        let sets = [set(1_000_000_000, "prepared-"), set(10, "deletable-")].map { PlannedObjects($0) }
        #expect(try ObjectPool(matching: "file:///none/*", among: sets, with: none).count == 1_000_000_010)
        let some = try ObjectPool(matching: "file:///none/deletable-*.dat", among: sets, with: none)
        #expect(some.count == 10)
        let uri = ObjectURI()
        some.write(9, to: uri)
        #expect(uri.text == "file:///none/deletable-00000009.dat")
    }

    @Test("A pattern of some planned objects resolves to those")
    func partsResolve() throws {
        let sets = [PlannedObjects(set(300, "prepared-"))]
        let pool = try ObjectPool(matching: "file:///none/prepared-000001*", among: sets, with: FileTarget())
        #expect(pool.count == 100)
        let uri = ObjectURI()
        pool.write(0, to: uri)
        #expect(uri.text == "file:///none/prepared-00000100.dat")
    }

    @Test("Directories of a tree are numbered level by level; each lies in its parent")
    func treeNames() {
        let tree = DirectoryTree(
            base: "file:///t/", width: 2, depth: 3, filesPerDirectory: 2, distribution: .bottom, directoryMask: "d%d_w%d.dir",
            sizes: .fixed(.zero), fill: .zero, seed: 1, directoryShare: nil, fileShare: nil)
        let names = TreeNames(tree)
        #expect(names.directoryCount == 14)
        #expect(names.fileCount == 16)
        let uri = ObjectURI()
        let all = (0..<14).map { number in
            names.write(directory: number, to: uri)
            return uri.text
        }
        #expect(Set(all).count == 14)
        #expect(all[0] == "file:///t/d1_w1.dir")
        #expect(all[3] == "file:///t/d1_w1.dir/d2_w2.dir")
        #expect(all[13] == "file:///t/d1_w2.dir/d2_w2.dir/d3_w2.dir")
        let files = PlannedObjects(filesOf: tree)
        files.write(15, to: uri)
        #expect(uri.text == "file:///t/d1_w2.dir/d2_w2.dir/d3_w2.dir/file_00000015.dat")
        #expect(files.portion == 0, "somebody else makes them")
    }

    private func set(_ count: Int, _ prefix: String) -> ObjectSet {
        ObjectSet(base: "file:///none/", count: count, sizes: .fixed(.zero), namePrefix: prefix, seed: 1)
    }
}
