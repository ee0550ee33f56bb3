/// How a remote command ended.
package enum CommandExit: Sendable, Hashable, CustomStringConvertible {
    case code(Int)
    /// The signal's name as SSH has it, without `SIG`: `KILL`.
    case signal(String)

    package var isSuccess: Bool { self == .code(0) }

    package var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let name): "signal \(name)"
        }
    }
}

/// All that a remote command said, and how it ended.
package struct CommandResult: Sendable, Hashable {
    package let output: [UInt8]
    package let errorOutput: [UInt8]
    package let exit: CommandExit

    package init(output: [UInt8], errorOutput: [UInt8], exit: CommandExit) {
        self.output = output
        self.errorOutput = errorOutput
        self.exit = exit
    }

    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}
