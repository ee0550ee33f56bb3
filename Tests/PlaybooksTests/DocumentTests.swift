import Foundation
import Plans
import Playbooks
import Testing
import Vocabulary

@Suite struct DocumentTests {
    @Test("a syntax error has its line and column")
    func syntax() {
        #expect(
            problems("size_spec:\n  fixed: 512KB\\n      fill: random\n")
                == """
                test.yaml:2:27: error: not YAML: mapping values are not allowed in this context
                  fix: a blank behind each key's colon, here and in the line above; quote a text with a colon and a blank in it
                """)
        #expect(problems("a: [1, 2\nb: 3\n").hasPrefix("test.yaml:2:"))
        #expect(problems("a: \"unended\n").hasPrefix("test.yaml:"))
    }

    @Test("a second document is refused where it begins")
    func documents() {
        #expect(
            problems(base + "---\nduration: 3\n") == """
                test.yaml:4:1: error: a second document begins here; a playbook is one
                  fix: keep each playbook in a file of its own
                """)
    }

    @Test("an empty file, a list and a text are no playbooks")
    func shapes() {
        #expect(problems("") == "test.yaml:1:1: error: the file is empty")
        #expect(problems("# only a comment\n") == "test.yaml:1:1: error: the file is empty")
        #expect(problems("- a\n- b\n") == "test.yaml:1:1: error: should be a map, not a list")
        #expect(problems("hello") == "test.yaml:1:1: error: should be a map, not `hello`")
        #expect(problems("~") == "test.yaml:1:1: error: should be a map, not nothing")
    }

    @Test("a key that stands twice is refused with its place")
    func duplicates() {
        #expect(
            problems("duration: 1\ntarget: x\nduration: 2\n") == """
                test.yaml:1:1: error: a key stands twice in one map: `duration`
                  fix: keep one of them
                """)
    }

    @Test("aliases and merge keys stand for what they name; what is written wins over what is merged")
    func aliases() throws {
        let text = """
            target: file:///d/
            workload:
              - &put {op: put, path: a/, object_size: &size 4KiB, weight: 3}
              - <<: *put
                path: b/
              - {<<: [*put, {weight: 9}], object_size: 1}
              - {op: put, path: c/, object_size: *size}
            """
        let operations = try plan(text).load().operations
        #expect(operations.map(\.uri) == ["file:///d/a/", "file:///d/b/", "file:///d/a/", "file:///d/c/"])
        #expect(operations.map(\.weight) == [3, 3, 3, 1])
        #expect(operations.map(\.sizes) == [4096, 4096, 1, 4096].map { .fixed(ByteCount($0)) })
    }

    @Test("a byte order mark and Windows line ends are taken as nothing")
    func bytes() throws {
        let text = "\u{FEFF}" + base.replacingOccurrences(of: "\n", with: "\r\n") + "concurency: 3\r\n"
        let found = read(text).problems
        #expect(found.map(\.place?.line) == [4])
        #expect(found.map(\.place?.column) == [1])
        #expect(try plan("\u{FEFF}" + base).agents.count == 1)
    }

    @Test("a few lines of aliases that stand for billions of values are refused at once")
    func laughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(problems(text).contains("more than 200000 values"))
        #expect(problems(text + "? *a30\n: 1\n").contains("keys made of aliases"))
        #expect(problems(text + "[*a30, 1]: 1\n").contains("keys made of aliases"))
        #expect(problems(text + "*a30 : 1\n").contains("keys made of aliases"))
    }

    @Test("nesting without end is refused", arguments: ["[", "{a: ", "- ", "? ", "\n- - - - "])
    func nesting(piece: String) {
        let reading = read(String(repeating: piece, count: 20_000))
        #expect(reading.hasErrors)
        #expect(
            read("a: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).problems.first?.what
                == "nested deeper than 64 levels")
    }

    @Test("a file beyond the limit is refused unread")
    func large() {
        #expect(
            problems(String(repeating: "# a comment that goes on\n", count: 400_000))
                == "test.yaml:1:1: error: the file is larger than 8.0 MiB")
    }

    @Test("more lines, commas and brackets than a playbook can need are refused before they are parsed; comments do not count")
    func parts() throws {
        let what = "more than 250000 lines, commas and brackets"
        for text in ["- a\n", "- - - a\n", "k: 1\n"] {
            #expect(read(String(repeating: text, count: 300_000)).problems.map(\.what) == [what])
        }
        for part in ["a,", "[],", "{},", "? a,"] {
            #expect(read("a: [" + String(repeating: part, count: 300_000) + "]").problems.map(\.what) == [what])
        }
        #expect(try plan(base + String(repeating: "# a, b, c\n", count: 300_000)).agents.count == 1)
    }

    @Test("of more than a thousand problems the number is told")
    func many() {
        let found = read((0..<1500).map { "key\($0): 1\n" }.joined()).problems
        #expect(found.count == 1001)
        #expect(found.last?.description == "error: and 501 more\n  fix: mend these first")
    }

    @Test("what is no text file is said to be none")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("muster-playbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(
            readPlaybook(path: folder.path + "/none.yaml").problems.first?.what == "the playbook cannot be read: No such file or directory")
        #expect(readPlaybook(path: folder.path).problems.first?.what == "the playbook is not a file")
        #expect(readPlaybook(path: "/dev/zero").problems.first?.what == "the playbook is not a file")
        try Data([0x61, 0xFF, 0xFE]).write(to: folder.appendingPathComponent("bytes.yaml"))
        #expect(readPlaybook(path: folder.path + "/bytes.yaml").problems.first?.what == "the playbook is not UTF-8 text")
        try Data(base.utf8).write(to: folder.appendingPathComponent("good.yaml"))
        #expect(readPlaybook(path: folder.path + "/good.yaml").plan?.name == "good")
    }

    @Test("a control character is refused with its line")
    func control() {
        #expect(problems("a: 1\nb: \u{1}\n").hasPrefix("test.yaml:2:"))
    }

    @Test("no bytes whatever crash the reader")
    func noise() {
        var state: UInt64 = 42
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let pieces = [
            "a", ":", " ", "\n", "- ", "[", "]", "{", "}", "&a", "*a", "<<", "\"", "'", "|", ">", "#", "?", "!", "%", "${", "duration",
            "distributed", "agents", "1", ",",
        ]
        var refused = 0
        for _ in 0..<400 {
            let text = (0..<Int(next() % 60)).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined()
            if read(text).hasErrors { refused += 1 }
        }
        #expect(refused == 400)
    }
}
