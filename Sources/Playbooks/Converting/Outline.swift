import Vocabulary

/// A playbook's text, and where in it stages can be added.
struct Outline {
    let playbook: Playbook
    /// The stages that the playbook implies.
    let stages: [PlannedStage]
    let hasStages: Bool
    /// Without line feeds; carriage returns stay.
    private let lines: [String]
    private let root: [YAMLValue.Pair]

    /// nil where the text is no map.
    init?(path: String, text: String, options: PlaybookOptions) {
        let reading = Reading(file: path, lenient: true)
        var document = YAMLDocument(file: path)
        guard let value = try? document.read(text), case .mapping(let pairs) = value.content else { return nil }
        let expanded = Variables(environment: options.environment, reading: reading).expand(value)
        let cursor = Cursor(value: expanded, path: "", reading: reading, kind: .section(.playbook))
        guard let playbook = Playbook(cursor) else { return nil }
        self.playbook = playbook
        root = pairs
        lines = linesWithReturns(of: text)
        hasStages = Self.distributed(in: pairs)?.value.pairs.contains { $0.key == "stages" } == true
        stages = hasStages ? [] : Planner(playbook: playbook, path: path, environment: options.environment, reading: reading).planStages()
    }

    private static func distributed(in pairs: [YAMLValue.Pair]) -> YAMLValue.Pair? { pairs.first { $0.key == "distributed" } }

    /// The stages as text.
    var stagesText: StagesText {
        var duration: String? = Planner.defaultDuration.written
        if case .scalar(let text) = root.first(where: { $0.key == "duration" })?.value.content {
            // What comes from a variable is to come from it on.
            duration = text.contains("$") ? nil : text
        }
        return StagesText(stages, duration: duration, hasBarriers: playbook.distributed?.barriers != nil)
    }

    /// The text with the stages at the end of `distributed`, or with such a section behind it.
    func adding(_ stages: StagesText) -> String {
        guard let distributed = Self.distributed(in: root) else { return appending(stages) }
        if let brace = openingBrace(of: distributed.value) { return inserting(stages, intoBracesAt: brace) }
        let indent = max(1, (distributed.value.pairs.first?.keyMark.column ?? 3) - 1)
        return inserting(stages.block(indent: indent), after: lastLine(of: distributed))
    }

    private var ending: String { lines.first?.unicodeScalars.last == "\r" ? "\r" : "" }

    private func appending(_ stages: StagesText) -> String {
        let section =
            ["", "distributed:", "  shared_filesystem: true", "  agents:", "    - address: local"] + stages.block(indent: 2)
        return inserting(section, after: lastLine(before: lines.count + 1, isOwn: { !$0.isEmpty }))
    }

    /// The number of the last line, from 1, of a section: comments in front of the next key are that key's.
    private func lastLine(of section: YAMLValue.Pair) -> Int {
        let next = root.map(\.keyMark.line).filter { $0 > section.keyMark.line }.min() ?? lines.count + 1
        return max(section.keyMark.line, lastLine(before: next) { $0.first == " " && $0.contains { $0 != " " } })
    }

    private func lastLine(before next: Int, isOwn: (String) -> Bool) -> Int {
        var line = min(next - 1, lines.count)
        while line > 1 {
            let text = lines[line - 1].replacing("\r", with: "")
            if isOwn(text), text != "...", text != "---" { break }
            line -= 1
        }
        return line
    }

    private func inserting(_ added: [String], after line: Int) -> String {
        var all = lines
        all.insert(contentsOf: added.map { $0 + ending }, at: line)
        // A last line without an end gets one.
        if line == lines.count, !ending.isEmpty, all[line - 1].unicodeScalars.last != "\r" { all[line - 1] += "\r" }
        if all.last?.isEmpty == false { all.append("") }
        return all.joined(separator: "\n")
    }

    /// The place of the brace that a map in braces begins with; nil where it is written line by line.
    private func openingBrace(of value: YAMLValue) -> (line: Int, column: Int)? {
        guard (1...lines.count).contains(value.mark.line) else { return nil }
        let line = Array(lines[value.mark.line - 1].unicodeScalars)
        var column = value.mark.column - 1
        // An anchor or a tag may stand in front.
        while column < line.count, line[column] == "&" || line[column] == "!" {
            while column < line.count, line[column] != " " { column += 1 }
            while column < line.count, line[column] == " " { column += 1 }
        }
        return column < line.count && line[column] == "{" ? (value.mark.line, column) : nil
    }

    private func inserting(_ stages: StagesText, intoBracesAt brace: (line: Int, column: Int)) -> String {
        let before = lines[..<(brace.line - 1)].map { $0 + "\n" }.joined()
        let rest = Array(lines[(brace.line - 1)...].joined(separator: "\n").unicodeScalars)
        guard let end = FlowEnd.find(in: rest, from: brace.column) else { return lines.joined(separator: "\n") }
        var head = String.UnicodeScalarView(rest[..<end])
        var tail = String.UnicodeScalarView()
        tail.append(contentsOf: rest[end...])
        while head.last?.properties.isWhitespace == true { head.removeLast() }
        let comma = head.last == "," || head.last == "{" ? "" : ","
        return before + String(head) + comma + " stages: [" + ending + "\n"
            + stages.flow.map { "    \($0)\(ending)\n" }.joined() + "  ]" + String(tail)
    }
}

extension YAMLValue {
    /// The pairs of a map; none where this is none.
    fileprivate var pairs: [Pair] { if case .mapping(let pairs) = content { pairs } else { [] } }
}
