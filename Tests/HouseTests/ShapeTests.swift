import Testing

@Suite("The shape of the source")
struct ShapeTests {
    /// One of a file past 300 lines or a function past 40 asks to be two; these are the bounds that nothing passes.
    private let longestFile = 400
    private let longestFunction = 70

    @Test("No file has more than 400 lines")
    func filesAreShort() throws {
        for file in try SourceFile.everything() {
            #expect(file.lineCount <= longestFile, "\(file.path) has \(file.lineCount) lines")
        }
    }

    @Test("No function has more than 70 lines")
    func functionsAreShort() throws {
        var seen = 0
        for file in try SourceFile.everything() {
            for function in FunctionLengths(of: file).functions {
                seen += 1
                #expect(function.length <= longestFunction, "\(file.path):\(function.line): \(function.name) has \(function.length) lines")
            }
        }
        #expect(seen > 100, "the measure has lost sight of the functions")
    }

    @Test("The measure sees a function's whole body and nothing of its comments and strings")
    func functionsAreMeasured() {
        let file = SourceFile(
            path: "Sources/X/Y.swift",
            text: """
                protocol P {
                    func required() -> Int
                }
                struct S {
                    init?(_ closure: () -> Void = {}) {
                        let text = "}" + "\\("}")"
                        // }
                    }
                    static func long(
                        a: Int
                    ) -> Int {
                        if a > 0 { return 1 }
                        return 2
                    }
                }
                """)
        let functions = FunctionLengths(of: file).functions
        #expect(functions.map(\.name) == ["init", "long"])
        #expect(functions.map(\.length) == [4, 6])
    }

    @Test("No file holds a word that the house has banned")
    func wordsAreBanned() throws {
        let anywhere = ["FIX" + "ME", "TO" + "DO"]
        let inCode = ["try" + "!", "fatal" + "Error("]
        for file in try SourceFile.everything() {
            for word in anywhere { #expect(!file.text.contains(word), "\(file.path): \(word)") }
            for word in inCode { #expect(!file.code.contains(word), "\(file.path): \(word)") }
        }
    }

    @Test("Only what speaks to people prints")
    func partsAreSilent() throws {
        let speakers: Set = ["Commands", "TerminalUI", "muster", "muster-agent"]
        for file in try SourceFile.everything() where file.path.hasPrefix("Sources/") && !speakers.contains(file.module) {
            let printing = file.codeLines.enumerated().filter {
                $0.element.contains(/(^|[^.\w])(print|debugPrint|dump)\(/) && !$0.element.contains("func ")
            }
            #expect(printing.isEmpty, "\(file.path):\((printing.first?.offset ?? 0) + 1) prints")
        }
    }

    @Test("Nothing that the agent links imports Foundation, which would bring ICU's 50 MB along")
    func agentIsSmall() throws {
        let linked = [
            "Vocabulary", "Plans", "Coordination", "Measurement", "Storage", "Workloads", "Link", "Carriers", "Results", "Agent",
            "Digests", "muster-agent",
        ]
        for file in try SourceFile.everything() where file.path.hasPrefix("Sources/") && linked.contains(file.module) {
            #expect(!file.code.contains(/import +(struct +|class +)?Foundation\b/), "\(file.path) imports Foundation")
        }
    }

    @Test("Coordination sees nothing but Vocabulary")
    func coordinationIsPure() throws {
        for file in try SourceFile.everything() where file.path.hasPrefix("Sources/Coordination/") {
            for line in file.codeLines where line.contains(/^\s*(package |private |internal )?import\s/) {
                #expect(line.hasSuffix("import Vocabulary"), "\(file.path): \(line)")
            }
        }
    }
}
